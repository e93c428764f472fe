import path from 'node:path';
import type { TemplateLanguage } from '../config/types.ts';
import { readSources } from '../gotemplate/files.ts';
import { TemplateSet } from '../gotemplate/template-set.ts';
import { type Attachment, attachments } from './attachments.ts';
import type { TemplateData } from './data.ts';
import { Environment, type PartialSource, type Run } from './environment.ts';
import { type FailureText, failureText } from './failure-text.ts';
import { type Rendering, TooLargeError } from './helper.ts';
import { HELPERS } from './helpers/all.ts';
import { fitsOnWire, HTML_TARGET, LEVELS, type Limits, TEXT_TARGET } from './limits.ts';
import { didYouMean } from './nearest.ts';
import { presentable } from './presentable.ts';
import { Presentations, type PresentedKind } from './presentations.ts';
import { type Languages, Strings } from './strings.ts';
import { parseStyles, type Styles } from './styles.ts';
import { isGoFile, type Part, shippedFiles, slotsOf, type TemplateFile, userFiles } from './template-files.ts';
import {
  type MailTemplate,
  type Render,
  type StringFindings,
  TemplateError,
  type Templates,
  type Warn,
} from './templates.ts';
import { DEFAULT_LAYOUT, type TimeFormat, type TimeSettings, timeFormat } from './time-format.ts';
import { visibleLine } from './visible-text.ts';

export interface TemplateOptions {
  /** Absolute globs: `templates:` of the configuration. Their files take the place of shipped ones of the same role. */
  readonly userGlobs: readonly string[];
  /** Kinds of alerts with a template or helpers of their own; default: none. */
  readonly kinds?: readonly PresentedKind[];
  /** How emails show times; default: in UTC. */
  readonly times?: Partial<TimeSettings>;
  /** The language of strings; default: each is in the one that takes it. */
  readonly language?: TemplateLanguage | undefined;
  /** Called for each template that fails while a notification is rendered. */
  readonly failed?: ((error: unknown) => void) | undefined;
  /** Default: the project's own templates/. */
  readonly shippedDir?: string;
}

const SHIPPED = path.join(import.meta.dirname, '../../templates');
const SUBJECT_LENGTH = 250;
/** A part that a mail folder lacks is taken from here. */
const FALLBACK = 'default';
/** Alerts that are left when the output passes the caps at every level. */
const LAST_RESORT = [50, 5];
const UNLIMITED: Limits = { alerts: 100, rows: 1_000, names: 10_000, items: 1_000, text: Number.POSITIVE_INFINITY };

/** Loads, checks and prepares all templates of a configuration. @throws TemplateError naming file, line and what is wrong. */
export async function createTemplates(options: TemplateOptions): Promise<Templates> {
  const { templates, problems } = await readTemplates(options);
  if (problems.length > 0) throw new TemplateError(problems.join('\n'));
  return templates;
}

/**
 * The same, with what is wrong with the files beside it: what a string of the configuration refers to can be judged
 * even where a file is not what it should be.
 * @param warn called for each suspicious construct in the user's files.
 */
export async function readTemplates(
  options: TemplateOptions,
  warn?: Warn,
): Promise<{ readonly templates: Templates; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const shipped = await shippedFiles(options.shippedDir ?? SHIPPED);
  const files = [...shipped, ...(await userFiles(options.userGlobs, problems))];
  const sources = await readSources(options.userGlobs, isGoFile, (problem) => problems.push(problem));
  const go = new TemplateSet(sources, (error, { path: file }) => problems.push(`${file}: ${error.message}`));
  const setting = options.language ?? 'auto';
  const times = { zone: 'UTC', layout: DEFAULT_LAYOUT, ...options.times };
  const presentations = new Presentations(options.kinds ?? []);
  const templates = new LoadedTemplates(
    { files, go, setting, presentations, times, failed: options.failed },
    problems,
    warn,
  );
  return { templates, problems: [...new Set(problems)] };
}

interface Loaded extends Pick<Languages, 'setting' | 'go'> {
  readonly files: readonly TemplateFile[];
  readonly presentations: Presentations;
  readonly times: TimeSettings;
  readonly failed: TemplateOptions['failed'];
}

class LoadedTemplates implements Templates {
  readonly #html: Environment;
  readonly #text: Environment;
  readonly #go: TemplateSet;
  readonly #strings: Strings;
  readonly #styles: Styles;
  readonly #presentations: Presentations;
  readonly #timeSettings: TimeSettings;
  /** By zone. */
  readonly #times = new Map<string, TimeFormat>();
  readonly #mails = new Map<string, MailTemplate>();
  readonly #problems: string[];
  readonly #warn: Warn | undefined;
  readonly #failed: TemplateOptions['failed'];

  /** @param problems takes what is wrong with the files. */
  constructor({ files, go, setting, presentations, times, failed }: Loaded, problems: string[], warn?: Warn) {
    this.#failed = failed;
    this.#presentations = presentations;
    this.#timeSettings = times;
    this.#problems = problems;
    this.#warn = warn;
    const partials = new Map<string, PartialSource>();
    const parts = new Map<string, Map<Part, TemplateFile>>();
    let css = '';
    for (const file of files) {
      const { role } = file;
      if (role.kind === 'styles') css = file.source;
      else if (role.kind === 'partial') partials.set(role.name, { source: sourceOf(file), where: file.file });
      else parts.set(role.name, (parts.get(role.name) ?? new Map<Part, TemplateFile>()).set(role.part, file));
    }
    this.#styles = parseStyles(css);
    const helpers = { ...HELPERS, ...presentations.helpers };
    const shared = { styles: this.#styles, helpers, partials, slots: slotsOf(files) };
    this.#html = new Environment(true, shared);
    this.#text = new Environment(false, shared);
    this.#go = go;
    this.#strings = new Strings({ setting, go, handlebars: { text: this.#text, html: this.#html } });
    this.#check(files);
    for (const name of [...parts.keys()].sort()) this.#mails.set(name, this.#mail(name, parts));
  }

  get mailNames(): readonly string[] {
    return [...this.#mails.keys()];
  }

  mail(name: string): MailTemplate {
    const mail = this.#mails.get(name);
    if (mail !== undefined) return mail;
    throw new TemplateError(
      `there is no email template ${JSON.stringify(name)}${didYouMean(name, this.mailNames)} (there are: ${this.mailNames.join(', ')})`,
    );
  }

  choose(data: TemplateData): string {
    return this.#presentations.template(data);
  }

  attachments(data: TemplateData): readonly Attachment[] {
    return [...attachments(data, this.#presentations).values()];
  }

  text(source: string, where: string, warn?: Warn): Render {
    if (!source.includes('{{')) return () => source;
    const compiled = this.#strings.compile(source, 'text', where, warn);
    return compiled.language === 'go' ? compiled.render : this.#plain(compiled.run, where);
  }

  html(source: string, where: string, warn?: Warn): Render {
    const compiled = this.#strings.compile(source, 'html', where, warn);
    return compiled.language === 'go' ? compiled.render : this.#fitting(compiled.run, where, true, HTML_TARGET);
  }

  check(source: string, mode: 'text' | 'html'): StringFindings {
    const warnings: string[] = [];
    try {
      const compiled = this.#strings.compile(source, mode, '', (warning) => warnings.push(warning));
      const failing = compiled.language === 'go' ? compiled.problem : undefined;
      return { problems: [], failing, warnings: [...warnings, ...this.#strings.remarks(source, mode)] };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { problems: error.message.split('\n'), warnings: [] };
    }
  }

  fallback(error: unknown, data: TemplateData): FailureText {
    this.#failed?.(error);
    return failureText(data, (error as Error).message);
  }

  redefines(name: string): boolean {
    return this.#go.redefines(name);
  }

  /** Mistakes in the user's partials must show at load, also where no mail uses them yet. */
  #check(files: readonly TemplateFile[]): void {
    for (const { shipped, role, source, file } of files) {
      if (!shipped && role.kind === 'partial') this.#attempt(() => this.#text.parse(source, file));
    }
  }

  #attempt<T>(prepare: () => T): T | undefined {
    try {
      return prepare();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#problems.push(...error.message.split('\n'));
      return undefined;
    }
  }

  #mail(name: string, parts: ReadonlyMap<string, ReadonlyMap<Part, TemplateFile>>): MailTemplate {
    const file = (part: Part): TemplateFile => {
      const found = parts.get(name)?.get(part) ?? parts.get(FALLBACK)?.get(part);
      if (found === undefined)
        throw new TemplateError(`the email template ${name} has no ${part}.hbs, and neither has ${FALLBACK}`);
      return found;
    };
    const prepared = (environment: Environment, part: Part): Run => {
      const template = file(part);
      const { shipped, source } = template;
      if (shipped) return environment.prepareLater(sourceOf(template), template.file);
      return this.#attempt(() => environment.prepare(source, template.file, this.#warn)) ?? (() => '');
    };
    const subject = this.#plain(prepared(this.#text, 'subject'), file('subject').file);
    return {
      name,
      subject: (data) => visibleLine(subject(data), SUBJECT_LENGTH),
      html: this.#fitting(prepared(this.#html, 'html'), file('html').file, true, HTML_TARGET),
      text: this.#fitting(prepared(this.#text, 'text'), file('text').file, false, TEXT_TARGET),
    };
  }

  /** For subjects, addresses, URLs and payloads: the data as it is; only what would pass the cap is made from less. */
  #plain(run: Run, where: string): Render {
    return (data) => {
      const whole = () => this.#rendering(data, UNLIMITED, false);
      return firstThatFits(run, [whole], Number.POSITIVE_INFINITY) ?? this.#lastResort(run, where, data, false);
    };
  }

  /** For the parts of a mail: hostile text made visible, and as much shown as fits into `target` bytes. */
  #fitting(run: Run, where: string, html: boolean, target: number): Render {
    return (data) => {
      const levels = LEVELS.map((limits) => () => this.#rendering(presentable(data, limits), limits, html));
      return firstThatFits(run, levels, target) ?? this.#lastResort(run, where, data, html);
    };
  }

  /** A template that lists every alert of a huge group: a mail with some of them is better than none. */
  #lastResort(run: Run, where: string, data: TemplateData, html: boolean): string {
    const limits = LEVELS.at(-1) as Limits;
    const attempts = LAST_RESORT.map(
      (alerts) => () => this.#rendering(presentable(data, limits, alerts), limits, html),
    );
    const output = firstThatFits(run, attempts, Number.POSITIVE_INFINITY);
    if (output !== undefined) return output;
    throw new TemplateError(
      `${where}: even with ${LAST_RESORT.at(-1)} alerts the output passes 1 MB or the template loops too often`,
    );
  }

  #timesIn(zone: string): TimeFormat {
    let times = this.#times.get(zone);
    if (!times) {
      times = timeFormat({ ...this.#timeSettings, zone });
      this.#times.set(zone, times);
    }
    return times;
  }

  #rendering(data: TemplateData, limits: Limits, html: boolean): Rendering {
    const now = Date.parse(data.tocsin.now);
    return {
      data,
      limits,
      html,
      now,
      styles: this.#styles,
      presentations: this.#presentations,
      times: this.#timesIn(data.tocsin.timeZone ?? this.#timeSettings.zone),
      budget: { steps: 0 },
    };
  }
}

/** The first output of at most `target` bytes on the wire, else the smallest; undefined when each passed the caps. */
function firstThatFits(run: Run, attempts: readonly (() => Rendering)[], target: number): string | undefined {
  let best: string | undefined;
  for (const attempt of attempts) {
    try {
      const output = run(attempt());
      if (target === Number.POSITIVE_INFINITY || fitsOnWire(output, target)) return output;
      if (best === undefined || output.length < best.length) best = output;
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error;
    }
  }
  return best;
}

/** Indentation of shipped HTML is for its readers; mails do without it. */
function sourceOf(file: TemplateFile): string {
  return file.shipped && !isText(file) ? file.source.replace(/^[ \t]+/gm, '') : file.source;
}

function isText({ role }: TemplateFile): boolean {
  return role.kind === 'mail' ? role.part !== 'html' : role.kind === 'partial' && role.name.endsWith('-text');
}
