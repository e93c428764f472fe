import { formatGoDuration, parseGoDuration } from '../time/duration.ts';

/** A mistake on the command line: one line that says what is wrong. Whoever prints it adds where help is. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** One flag: its name without the dashes, what it takes, and what it is when it is not given. */
export interface Flag<T> {
  readonly name: string;
  readonly help: string;
  readonly initial: T;
  /** How help shows the value; '' for a flag that takes none. */
  readonly placeholder: string;
  /** How help shows the default; '' to show none. */
  readonly shownDefault: string;
  /** @param values as given, at least one. @throws Error that says what is expected */
  parse(values: readonly string[]): T;
  readonly repeatable: boolean;
}

type Named = Pick<Flag<unknown>, 'name' | 'help'>;

export function text(name: string, help: string, placeholder: string, initial = ''): Flag<string> {
  return { ...single(name, help, (value) => value), placeholder, initial, shownDefault: initial };
}

/** A path that must not be empty: '' would be the working directory, which nobody means. */
export function directory(name: string, help: string, initial: string): Flag<string> {
  const parse = (value: string): string => {
    if (value === '') throw new Error('expected a directory, found ""');
    return value;
  };
  return { ...single(name, help, parse), placeholder: 'DIR', initial, shownDefault: initial };
}

/** A duration in ms, as kingpin reads it: Go's units, `d` and `w`. */
export function duration(name: string, help: string, initial: number): Flag<number> {
  const parse = (value: string): number => {
    const ms = parseKingpinDuration(value);
    if (ms < 0) throw new Error('a duration must not be negative');
    return ms;
  };
  return { ...single(name, help, parse), placeholder: 'DURATION', initial, shownDefault: shortDuration(initial) };
}

/** A duration where 0 or less means that there is no limit. */
export function timeout(name: string, help: string): Flag<number> {
  const parse = (value: string): number => Math.max(0, parseKingpinDuration(value));
  return { ...single(name, help, parse), placeholder: 'DURATION', initial: 0, shownDefault: '0s' };
}

function parseKingpinDuration(value: string): number {
  const inHours = (_: string, number: string, unit: string): string => `${Number(number) * (unit === 'd' ? 24 : 168)}h`;
  return parseGoDuration(value.replace(/(\d+\.?\d*|\.\d+)([dw])/g, inHours));
}

/** A whole number; less than 0 means 0, that is no limit. */
export function limit(name: string, help: string, initial: number): Flag<number> {
  const parse = (value: string): number => {
    if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(Number(value))) {
      throw new Error(`expected a whole number, found ${JSON.stringify(value)}`);
    }
    return Math.max(0, Number(value));
  };
  return { ...single(name, help, parse), placeholder: 'N', initial, shownDefault: String(initial) };
}

export function fraction(name: string, help: string, initial: number): Flag<number> {
  const parse = (value: string): number => {
    if (!/^(?:\d+\.?\d*|\.\d+)$/.test(value)) throw new Error(`expected a number, found ${JSON.stringify(value)}`);
    return Number(value);
  };
  return { ...single(name, help, parse), placeholder: 'RATIO', initial, shownDefault: String(initial) };
}

export function oneOf<const T extends string>(name: string, help: string, words: readonly T[], initial: T): Flag<T> {
  const parse = (value: string): T => {
    const word = words.find((candidate) => candidate === value.toLowerCase());
    if (word === undefined) throw new Error(`expected one of ${words.join(', ')}, found ${JSON.stringify(value)}`);
    return word;
  };
  return { ...single(name, help, parse), placeholder: words.join('|'), initial, shownDefault: initial };
}

/** Given: true; `--no-NAME`: false. */
export function toggle(name: string, help: string): Flag<boolean> {
  const parse = (value: string): boolean => {
    if (value !== 'true' && value !== 'false') throw new Error(`expected no value, found ${JSON.stringify(value)}`);
    return value === 'true';
  };
  return { ...single(name, help, parse), placeholder: '', initial: false, shownDefault: '' };
}

/** May be given several times. */
export function texts(
  name: string,
  help: string,
  placeholder: string,
  initial: readonly string[],
): Flag<readonly string[]> {
  const shownDefault = initial.join(' ');
  return { name, help, placeholder, initial, shownDefault, repeatable: true, parse: (values) => values };
}

function single<T>(
  name: string,
  help: string,
  parse: (value: string) => T,
): Named & Pick<Flag<T>, 'parse' | 'repeatable'> {
  return { name, help, repeatable: false, parse: (values) => parse(values.at(-1) as string) };
}

/** `15m` for Go's `15m0s`. */
function shortDuration(ms: number): string {
  return formatGoDuration(ms).replace(/(?<=\d[hm])(?:0m)?0s$/, '');
}
