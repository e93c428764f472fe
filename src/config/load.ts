import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { MatcherMode } from '../alert/parse-matchers.ts';
import { ConfigError, formatProblems, type Problem } from './config-error.ts';
import { anything, type Field, list, object, type Values } from './field.ts';
import { deepFreeze } from './freeze.ts';
import { readGlobal } from './global.ts';
import { inhibitRule, toInhibitRuleConfig } from './inhibit-rule.ts';
import { warnMissing } from './missing.ts';
import type { MappingNode } from './node.ts';
import { writeOriginal } from './original.ts';
import { Place, type ReadContext, type TemplateUse } from './place.ts';
import { readFailure } from './read-failure.ts';
import { readReceivers } from './receivers.ts';
import type { Registry } from './registry.ts';
import { checkRoot, checkTargets, route, toRouteConfig } from './route.ts';
import { warnIntervals } from './route-warnings.ts';
import { configGlob } from './scalars.ts';
import { readSources } from './sources.ts';
import { readTeams } from './teams.ts';
import { collectIntervals, namedIntervals } from './time-intervals.ts';
import type { Config, TemplateLanguage } from './types.ts';
import { warnUnsupported } from './unsupported.ts';
import { unsupportedSections } from './unsupported-sections.ts';
import { parseYaml } from './yaml.ts';

export interface LoadOptions<B = unknown> extends Registry<B> {
  /** The file's name as errors show it; relative paths in it start from its directory. */
  readonly file: string;
  readonly mode: MatcherMode;
  /** `--data.retention`, ms: a repeat_interval beyond it is a warning. */
  readonly retention?: number;
  /**
   * Compiles what the file says in templates (loadConfigFile only; this module does not know how).
   * @param files globs of `templates`, and the language that is set. @returns what is wrong, and what is odd.
   */
  readonly checkTemplates?: (
    files: { readonly globs: readonly string[]; readonly language: TemplateLanguage },
    uses: readonly TemplateUse[],
  ) => Promise<TemplateFindings>;
}

export interface TemplateFindings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What a file holds, before it is known whether it can be used. */
interface Reading<B> {
  readonly context: ReadContext;
  /** undefined: there are problems. */
  readonly config: Omit<Config<B>, 'warnings'> | undefined;
}

const intervalField = namedIntervals('time interval');
const muteIntervalField = namedIntervals('mute time interval');

/** Alertmanager's words, and what to do. */
const NO_CONFIG = 'no route provided in config; add route: with a receiver, and receivers:';
const NO_ROUTES = 'no routes provided; add route: with a receiver';

/** The file's top level. Sections that need others to be read first are `anything` here. */
const document = object({
  global: anything,
  route,
  inhibit_rules: list(inhibitRule),
  receivers: anything,
  templates: list(configGlob),
  mute_time_intervals: list(muteIntervalField),
  time_intervals: list(intervalField),
  ...unsupportedSections,
  teams: anything,
  sources: anything,
});

/** Reads and checks a configuration. @throws ConfigError with everything that is wrong with it. */
export function loadConfig<B>(text: string, options: LoadOptions<B>): Config<B> {
  return usable(read(text, options), options.file);
}

/** Reads a configuration file, and looks at the files that it names. @throws ConfigError, also when the file cannot be read. */
export async function loadConfigFile<B>(path: string, options: Omit<LoadOptions<B>, 'file'>): Promise<Config<B>> {
  const reading = read(await readText(path), { ...options, file: path });
  const { problems, warnings, templates, paths } = reading.context;
  const globs = paths.filter(({ kind }) => kind === 'glob').map(({ target }) => target);
  const language = reading.context.templateLanguage ?? 'auto';
  const found = await options.checkTemplates?.({ globs, language }, templates);
  problems.push(...(found?.problems ?? []));
  warnings.push(...(found?.warnings ?? []));
  await warnMissing(reading.context);
  return usable(reading, path);
}

function read<B>(text: string, options: LoadOptions<B>): Reading<B> {
  const { file, mode } = options;
  const problems: Problem[] = [];
  const directory = resolve(dirname(file));
  const context: ReadContext = {
    directory,
    mode,
    problems,
    warnings: [],
    templates: [],
    paths: [],
  };
  const node = parseYaml(text, (problem) => problems.push(problem));
  if (node !== undefined) return { context, config: readDocument(new Place(node, '', context), options, text) };
  if (problems.length === 0) problems.push({ line: 1, column: 1, path: '', message: NO_CONFIG });
  return { context, config: undefined };
}

/** @throws ConfigError */
function usable<B>({ context: { problems, warnings }, config }: Reading<B>, file: string): Config<B> {
  if (problems.length > 0 || config === undefined) throw new ConfigError(file, problems, warnings);
  return deepFreeze({ ...config, warnings: formatProblems(file, warnings) });
}

async function readText(path: string): Promise<string> {
  const fail = (message: string): ConfigError => new ConfigError(path, [{ line: 0, column: 0, path: '', message }]);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fail(readFailure(error as NodeJS.ErrnoException));
  }
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw fail(`is not valid ${encodingOf(bytes).toUpperCase()}`);
  }
}

/** As Go's YAML: UTF-16 where its byte order mark says so. */
function encodingOf([first, second]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function readDocument<B>(root: Place, options: LoadOptions<B>, text: string): Reading<B>['config'] {
  const values = document.read(root);
  if (values === undefined) return undefined;
  const global = readGlobal(root.at('global'), options.integrations);
  root.context.templateLanguage = global.values.template_language;
  const { receivers, names } = readReceivers(root.at('receivers'), global.values, options.integrations);
  const timeIntervals = readIntervals(root, values);
  if (root.at('route') === undefined) root.report(isEmpty(root) ? NO_CONFIG : NO_ROUTES);
  else if (values.route !== undefined) checkRoot(root.near('route'), values.route);
  checkTargets(root.near('route'), { receivers: names, timeIntervals: new Set(timeIntervals.keys()) });
  const sources = readSources(root.at('sources'), options.sources);
  const teams = readTeams(root.at('teams'), options.integrations);
  warnUnsupported(root);
  if (values.route === undefined || root.context.problems.length > 0) return undefined;
  warnIntervals(root.near('route'), values.route, options.retention);
  return {
    resolveTimeout: global.values.resolve_timeout,
    route: toRouteConfig(values.route),
    receivers: receivers.map((receiver) => receiver.config),
    inhibitRules: (values.inhibit_rules ?? []).map(toInhibitRuleConfig),
    timeIntervals,
    templates: values.templates ?? [],
    templateLanguage: global.values.template_language,
    timeZone: global.values.time_zone,
    dateFormat: global.values.date_format,
    sources,
    teams,
    original: writeOriginal({
      global: global.original,
      route: route.write(values.route),
      inhibit_rules: writeAll(inhibitRule, values.inhibit_rules),
      receivers: receivers.map((receiver) => receiver.original),
      templates: values.templates ?? [],
      mute_time_intervals: writeAll(muteIntervalField, values.mute_time_intervals),
      time_intervals: writeAll(intervalField, values.time_intervals),
    }),
    hash: createHash('md5').update(text).digest().readUIntLE(0, 6),
  };
}

function readIntervals(root: Place, values: Values<typeof document.shape>): Config['timeIntervals'] {
  return collectIntervals([
    { place: root.near('mute_time_intervals'), noun: 'mute time interval', values: values.mute_time_intervals ?? [] },
    { place: root.near('time_intervals'), noun: 'time interval', values: values.time_intervals ?? [] },
  ]);
}

function writeAll<T>(field: Field<T>, values: readonly T[] = []): unknown[] {
  return values.map((value) => field.write(value));
}

function isEmpty(root: Place): boolean {
  return root.isNull || (root.node as MappingNode).entries.length === 0;
}
