import { readFileSync } from 'node:fs';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { readFailure } from '../config/read-failure.ts';
import { nearest } from '../templating/nearest.ts';
import { type Flag, FlagError } from './flag-types.ts';

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends FlagTable> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

export interface Arguments<F extends FlagTable> {
  readonly flags: FlagValues<F>;
  /** What is not a flag, in order. */
  readonly words: readonly string[];
}

/**
 * Reads a command line as kingpin does, which Alertmanager uses: `--flag=value`, `--flag value`, `--toggle`,
 * `--no-toggle`, `@FILE` with an argument per line, `--` before words that look like flags. A flag that is not
 * repeatable is given once.
 * @throws FlagError
 */
export function parseArguments<F extends FlagTable>(table: F, argv: readonly string[]): Arguments<F> {
  const flags = Object.values(table);
  const given = new Map<Flag<unknown>, string[]>();
  const words: string[] = [];
  for (const token of tokens(flags, argv)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { flag, negated } = find(flags, token.rawName);
    const values = given.get(flag) ?? [];
    if (values.length > 0 && !flag.repeatable) throw new FlagError(`flag '--${flag.name}' cannot be repeated`);
    values.push(textOf(flag, negated, token));
    given.set(flag, values);
  }
  const values = Object.entries(table).map(([key, flag]) => {
    const texts = given.get(flag);
    return [key, texts ? parse(flag, texts) : flag.initial] as const;
  });
  return { flags: Object.fromEntries(values) as FlagValues<F>, words };
}

type OptionToken = Extract<ReturnType<typeof tokens>[number], { kind: 'option' }>;

function tokens(flags: readonly Flag<unknown>[], argv: readonly string[]) {
  const options: ParseArgsOptionsConfig = {};
  for (const { name, placeholder } of flags) options[name] = { type: placeholder === '' ? 'boolean' : 'string' };
  const args = argv.flatMap((word) => (/^@./.test(word) ? fileWords(word.slice(1)) : [word]));
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** A file of arguments, one per line; empty lines and lines that begin with # are comments, as for kingpin. */
function fileWords(path: string): readonly string[] {
  try {
    const lines = readFileSync(path, 'utf8').split(/\r?\n/);
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  } catch (error) {
    throw new FlagError(`@${path}: ${readFailure(error as NodeJS.ErrnoException)}`);
  }
}

function textOf(flag: Flag<unknown>, negated: boolean, { value, inlineValue }: OptionToken): string {
  if (flag.placeholder === '') {
    if (value !== undefined && negated) throw new FlagError(`flag '--no-${flag.name}' takes no value`);
    return value ?? String(!negated);
  }
  if (value === undefined) throw new FlagError(`expected argument for flag '--${flag.name}'`);
  // A value that looks like a flag is one: the value was forgotten.
  if (!inlineValue && /^-./.test(value)) {
    throw new FlagError(`expected argument for flag '--${flag.name}', found '${value}' (a value like that needs '=')`);
  }
  return value;
}

function find(flags: readonly Flag<unknown>[], rawName: string): { flag: Flag<unknown>; negated: boolean } {
  if (!rawName.startsWith('--')) throw new FlagError(`unknown short flag '${rawName}'`);
  const name = rawName.slice(2);
  const exact = flags.find((flag) => flag.name === name);
  if (exact) return { flag: exact, negated: false };
  const positive = flags.find((flag) => flag.placeholder === '' && `no-${flag.name}` === name);
  if (positive) return { flag: positive, negated: true };
  const near = nearFlag(
    name.slice(0, 80),
    flags.map((flag) => flag.name),
  );
  throw new FlagError(`unknown long flag '${rawName}'${near === undefined ? '' : `, did you mean '--${near}'?`}`);
}

/** A slip of the keyboard, or a name that shares its last or first part: `--alertmanager.url` of amtool for `--url`. */
function nearFlag(name: string, names: readonly string[]): string | undefined {
  const end = name.slice(name.lastIndexOf('.') + 1);
  return (
    nearest(name, names) ??
    names.find((known) => known === end || known.endsWith(`.${end}`) || known.startsWith(`${name}.`))
  );
}

function parse(flag: Flag<unknown>, values: readonly string[]): unknown {
  try {
    return flag.parse(values);
  } catch (error) {
    throw new FlagError(`invalid value for --${flag.name}: ${(error as Error).message}`);
  }
}

const WIDTH = 100;
const COLUMN = 36;

/** The flags as help shows them: two columns, the text broken at 100 characters. */
export function flagHelp(table: FlagTable): string {
  return Object.values(table).map(describeFlag).join('\n');
}

function describeFlag({ name, help, placeholder, shownDefault, repeatable }: Flag<unknown>): string {
  const value = placeholder === '' ? '' : `=${placeholder}${repeatable ? ' ...' : ''}`;
  const left = `  --${placeholder === '' ? '[no-]' : ''}${name}${value}`;
  const right = wrap(shownDefault === '' ? help : `${help} (default: ${shownDefault})`, WIDTH - COLUMN);
  const first = left.length < COLUMN - 1 ? [left.padEnd(COLUMN) + right.shift()] : [left];
  return [...first, ...right.map((line) => ' '.repeat(COLUMN) + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
