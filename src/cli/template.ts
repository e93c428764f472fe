import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../app/load.ts';
import { ConfigError } from '../config/config-error.ts';
import { alertKinds } from '../sources/registry.ts';
import { createTemplates } from '../templating/create-templates.ts';
import type { Part } from '../templating/template-files.ts';
import { TemplateError } from '../templating/templates.ts';
import { systemClock } from '../time/clock.ts';
import { type DataContext, templateData } from './template-data.ts';
import { helped, type Output } from './usage.ts';
import { VERSION } from './version.ts';

export interface RenderOptions {
  /** A folder under templates/; undefined: chosen by the alerts, as for a mail. */
  readonly name: string | undefined;
  /** A JSON file: see templateData. */
  readonly dataFile: string;
  /** undefined: the subject and the text. */
  readonly part?: Part | undefined;
  /** Absolute globs of the user's own templates. */
  readonly templates?: readonly string[];
}

const USAGE = `usage: tocsin template render --data FILE [FLAGS]
  --data FILE           JSON: a webhook body, the data of a template, or what a source (RHACS, roxctl) sends
  --template NAME       a folder under templates/ (default: chosen by the alerts)
  --part PART           subject, html or text (default: the subject and the text)
  --templates GLOB      templates of your own, as in the configuration; may be repeated
  --config.file FILE    take the templates of this configuration
`;

/**
 * `tocsin template render ...`
 * @param args what follows `template` on the command line.
 * @returns the exit code.
 */
export async function template(args: readonly string[], out: Output = process): Promise<number> {
  if (helped(args, USAGE, out)) return 0;
  let options: RenderOptions;
  try {
    options = await renderOptions(args);
  } catch (error) {
    const usage = error instanceof ConfigError ? '' : USAGE;
    out.stderr.write(`tocsin: ${(error as Error).message}\n${usage}`);
    return 1;
  }
  const context = { now: systemClock.now(), externalURL: 'http://localhost:9093', version: VERSION };
  return renderTemplate(options, context, out);
}

async function renderOptions(args: readonly string[]): Promise<RenderOptions> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      template: { type: 'string' },
      part: { type: 'string' },
      templates: { type: 'string', multiple: true, default: [] },
      'config.file': { type: 'string' },
    },
    allowPositionals: true,
  });
  if (positionals.length !== 1 || positionals[0] !== 'render')
    throw new Error('template: the only command is "render"');
  if (values.data === undefined) throw new Error('template render: --data is missing');
  if (values.part !== undefined && !isPart(values.part)) {
    throw new Error(`template render: --part is subject, html or text, not ${JSON.stringify(values.part)}`);
  }
  const file = values['config.file'];
  const configured = file === undefined ? [] : (await readConfig(file, { mode: 'fallback' })).templates;
  return {
    name: values.template,
    dataFile: values.data,
    part: values.part,
    templates: [...configured, ...values.templates.map((glob) => path.resolve(glob))],
  };
}

function isPart(text: string): text is Part {
  return text === 'subject' || text === 'html' || text === 'text';
}

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
