import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toBytes } from '../gotemplate/bytes.ts';
import { alertStruct, dataStruct, kv } from '../gotemplate/data.ts';
import { dataFromJson } from '../gotemplate/data-json.ts';
import { GoTemplateError } from '../gotemplate/errors.ts';
import { readSources } from '../gotemplate/files.ts';
import { TemplateSet } from '../gotemplate/template-set.ts';
import { Slice, type Struct } from '../gotemplate/value.ts';
import { fromTimestamp } from '../time/go-time.ts';
import { localZone } from '../time/zones.ts';

export interface GoRenderOptions {
  readonly globs: readonly string[];
  readonly text: string;
  readonly type: 'text' | 'html';
  /** A JSON file as `toJson .` prints it; '': amtool's example. */
  readonly dataFile: string;
  /** ms since 1970 */
  readonly now: number;
}

/**
 * What `amtool template render` prints for the same flags: bytes where it is not all UTF-8. Files that Tocsin reads as Handlebars are left out.
 * @throws Error with what is wrong with the template or the data
 */
export async function renderGoTemplate({
  globs,
  text,
  type,
  dataFile,
  now,
}: GoRenderOptions): Promise<string | Uint8Array> {
  const problems: string[] = [];
  const sources = await readSources(
    globs.map((glob) => path.resolve(glob)),
    (file) => !file.endsWith('.hbs'),
    (problem) => problems.push(problem),
  );
  if (problems[0] !== undefined) throw new Error(problems[0]);
  try {
    const render = new TemplateSet(sources).prepare(text, type);
    const data = dataFile === '' ? exampleData(now) : dataFromJson(readJson(dataFile));
    const output = render(data, fromTimestamp(now).in(localZone()));
    return output.isWellFormed() ? output : toBytes(output);
  } catch (error) {
    // Its cause would show our own code.
    throw error instanceof GoTemplateError ? new Error(error.message) : error;
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`open ${file}: ${missing ? 'no such file or directory' : (error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not valid JSON: ${(error as Error).message.replace(/\s+/g, ' ')}`);
  }
}

const COMMON_LABELS = { commonlabelkey1: 'commonlabelvalue1', commonlabelkey2: 'commonlabelvalue2' };
const COMMON_ANNOTATIONS = {
  commonannotationkey1: 'commonannotationvalue1',
  commonannotationkey2: 'commonannotationvalue2',
};

/** The two alerts that amtool shows without --template.data. */
function exampleData(now: number): Struct {
  const at = (minutesAgo: number) => fromTimestamp(now - minutesAgo * 60_000).in(localZone());
  const times = (minutesAgo: number) => ({ startsAt: at(minutesAgo), endsAt: at(0) });
  return dataStruct({
    receiver: 'receiver',
    status: 'alertstatus',
    alerts: new Slice('template.Alerts', [
      alertStruct({
        status: 'firing',
        labels: kv({ ...COMMON_LABELS, label1: 'value1', label2: 'value2', instance: 'foo.bar:1234' }),
        annotations: kv({ ...COMMON_ANNOTATIONS, annotation1: 'value1', annotation2: 'value2' }),
        ...times(5),
        generatorURL: 'https://generatorurl.com',
        fingerprint: 'fingerprint1',
      }),
      alertStruct({
        status: 'resolved',
        labels: kv({ ...COMMON_LABELS, foo: 'bar', baz: 'qux' }),
        annotations: kv({ ...COMMON_ANNOTATIONS, aaa: 'bbb', ccc: 'ddd' }),
        ...times(10),
        generatorURL: 'https://generatorurl.com',
        fingerprint: 'fingerprint2',
      }),
    ]),
    notificationReason: '',
    groupLabels: kv({ grouplabelkey1: 'grouplabelvalue1', grouplabelkey2: 'grouplabelvalue2' }),
    commonLabels: kv(COMMON_LABELS),
    commonAnnotations: kv(COMMON_ANNOTATIONS),
    routeLabels: kv({}),
    externalURL: 'https://example.com',
    routeLabelsRendered: false,
  });
}
