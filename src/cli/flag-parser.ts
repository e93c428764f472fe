import { editDistance } from '../config/edit-distance.ts';
import { type Flag, FlagError } from './flag-types.ts';

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends FlagTable> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

/**
 * Reads a command line as kingpin does: `--flag=value`, `--flag value`, `--toggle`, `--no-toggle`; a flag that is not
 * repeatable is given once.
 * @throws FlagError
 */
export function parseCommandLine<F extends FlagTable>(table: F, argv: readonly string[]): FlagValues<F> {
  const given = collect(Object.values(table), argv);
  const values = Object.entries(table).map(([key, flag]) => {
    const texts = given.get(flag);
    return [key, texts ? parse(flag, texts) : flag.initial] as const;
  });
  return Object.fromEntries(values) as FlagValues<F>;
}

function collect(flags: readonly Flag<unknown>[], argv: readonly string[]): ReadonlyMap<Flag<unknown>, string[]> {
  const given = new Map<Flag<unknown>, string[]>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!word.startsWith('--') || word === '--') throw unexpected(word);
    const equals = word.indexOf('=');
    const { flag, negated } = find(flags, equals < 0 ? word : word.slice(0, equals));
    const values = given.get(flag) ?? [];
    if (values.length > 0 && !flag.repeatable) throw new FlagError(`flag '--${flag.name}' cannot be repeated`);
    if (equals >= 0) values.push(word.slice(equals + 1));
    else if (flag.placeholder === '') values.push(String(!negated));
    else {
      const value = argv[++i];
      if (value === undefined) throw new FlagError(`expected argument for flag '--${flag.name}'`);
      values.push(value);
    }
    given.set(flag, values);
  }
  return given;
}

function find(flags: readonly Flag<unknown>[], word: string): { flag: Flag<unknown>; negated: boolean } {
  const name = word.slice(2);
  const exact = flags.find((flag) => flag.name === name);
  if (exact) return { flag: exact, negated: false };
  const positive = flags.find((flag) => flag.placeholder === '' && `no-${flag.name}` === name);
  if (positive) return { flag: positive, negated: true };
  const near = nearest(name, flags);
  throw new FlagError(
    `unknown long flag '${word}'${near === undefined ? '; see --help' : `, did you mean '--${near}'?`}`,
  );
}

function parse(flag: Flag<unknown>, values: readonly string[]): unknown {
  try {
    return flag.parse(values);
  } catch (error) {
    throw new FlagError(`invalid value for --${flag.name}: ${(error as Error).message}`);
  }
}

function unexpected(word: string): FlagError {
  if (/^-[^-]/.test(word)) return new FlagError(`unknown short flag '${word}'; see --help`);
  return new FlagError(`unexpected argument '${word}'; flags look like --name=value, see --help`);
}

/** The known name that takes the fewest edits, where it is near enough to be meant. */
function nearest(name: string, flags: readonly Flag<unknown>[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const flag of flags) {
    const edits = editDistance(name.slice(0, 80), flag.name);
    if (edits < fewest) {
      fewest = edits;
      best = flag.name;
    }
  }
  return best;
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
