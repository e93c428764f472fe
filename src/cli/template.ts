import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig } from '../app/load.ts';
import { alertKinds } from '../sources/registry.ts';
import { createTemplates } from '../templating/create-templates.ts';
import type { Part } from '../templating/template-files.ts';
import { TemplateError } from '../templating/templates.ts';
import { systemClock } from '../time/clock.ts';
import { chooseWord, defineCommand, type Output } from './command.ts';
import { FlagError, oneOf, text, texts } from './flag-types.ts';
import { type DataContext, templateData } from './template-data.ts';
import { renderGoTemplate } from './template-go.ts';
import { VERSION } from './version.ts';

const PARTS: readonly Part[] = ['subject', 'html', 'text'];

export interface RenderOptions {
  /** A folder under templates/; undefined: chosen by the alerts, as for an email. */
  readonly name: string | undefined;
  /** A JSON file: see templateData. */
  readonly dataFile: string;
  /** undefined: the subject and the text. */
  readonly part?: Part | undefined;
  /** Absolute globs of the user's own templates. */
  readonly templates?: readonly string[];
}

/** `tocsin template render`: shows the email that a template makes of an alert. */
export const template = defineCommand({
  name: 'template',
  usage: [
    'render --data FILE [FLAGS]',
    'render --template.glob GLOB --template.text TEXT [--template.type TYPE] [--template.data FILE]',
  ],
  notes: "The flags that begin with --template. are amtool's: they render a Go template, and print what amtool prints.",
  rawOutput: true,
  flags: {
    data: text('data', 'JSON: a webhook body, the data of a template, or what a source (RHACS, roxctl) sends.', 'FILE'),
    name: text('template', 'A folder under templates/ (default: chosen by the alerts).', 'NAME'),
    part: {
      ...oneOf('part', 'One part alone (default: the subject and the text).', PARTS, 'text'),
      initial: undefined as Part | undefined,
      shownDefault: '',
    },
    globs: texts('templates', 'Templates of your own, as in the configuration; repeatable.', 'GLOB', []),
    configFile: text('config.file', 'Use the templates of this configuration.', 'FILE'),
    goGlobs: texts('template.glob', 'Files of Go templates; repeatable.', 'GLOB', []),
    goText: {
      ...text('template.text', 'The Go template to render.', 'TEXT'),
      initial: undefined as string | undefined,
    },
    goType: oneOf('template.type', 'How the Go template is escaped.', ['text', 'html'], 'text'),
    goData: text(
      'template.data',
      "JSON: the data of a Go template, as toJson prints it (default: amtool's example).",
      'FILE',
    ),
  },
  async run({ data, name, part, globs, configFile, ...go }, words, out) {
    chooseWord(words[0], ['render']);
    if (words.length > 1) throw new FlagError(`unexpected argument '${words[1]}'`);
    const { goGlobs, goText, goType, goData } = go;
    if (goText !== undefined || goGlobs.length > 0) {
      if (goText === undefined || goGlobs.length === 0) {
        throw new FlagError(`--template.${goText === undefined ? 'text' : 'glob'} is missing`);
      }
      const now = systemClock.now();
      out.stdout.write(await renderGoTemplate({ globs: goGlobs, text: goText, type: goType, dataFile: goData, now }));
      return 0;
    }
    if (data === '') throw new FlagError('--data is missing');
    const configured = configFile === '' ? [] : (await readConfig(configFile, { mode: 'fallback' })).templates;
    const templates = [...configured, ...globs.map((glob) => path.resolve(glob))];
    const context = { now: systemClock.now(), externalURL: 'http://localhost:9093', version: VERSION };
    return renderTemplate({ name: name || undefined, dataFile: data, part, templates }, context, out);
  },
});

/** Shows what a template makes of a notification. @returns the exit code. */
export async function renderTemplate(
  options: RenderOptions,
  context: DataContext,
  out: Output = process,
): Promise<number> {
  try {
    const data = templateData(readJson(options.dataFile), context);
    const templates = await createTemplates({ userGlobs: options.templates ?? [], kinds: alertKinds });
    const mail = templates.mail(options.name ?? templates.choose(data));
    const parts = {
      subject: () => `${mail.subject(data)}\n`,
      html: () => mail.html(data),
      text: () => mail.text(data),
    };
    out.stdout.write(
      options.part === undefined ? `Subject: ${parts.subject()}\n${parts.text()}` : parts[options.part](),
    );
    return 0;
  } catch (error) {
    const message = (error as Error).message;
    out.stderr.write(`tocsin: ${error instanceof TemplateError ? message : `${options.dataFile}: ${message}`}\n`);
    return 1;
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? 'there is no such file' : message);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    // V8 quotes what it stumbled over, line breaks too.
    const reason = (error as Error).message.replace(/ is not valid JSON$/, '').replace(/[\s\p{C}]+/gu, ' ');
    throw new Error(`not valid JSON: ${reason}`);
  }
}
