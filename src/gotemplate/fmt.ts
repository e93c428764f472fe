/** Go's fmt.Sprint, Sprintln and Sprintf. All throw Failure where the text grows without bound. */
import { joinStrays } from './bytes.ts';
import { noFlags } from './fmt/formatter.ts';
import { Printer } from './fmt/printer.ts';
import { Int, SafeText, typeName, type Value } from './value.ts';

export { stringMethod } from './fmt/string-method.ts';

/** A space between two operands when neither is a string. */
export function sprint(values: readonly Value[]): string {
  if (values.length === 1 && typeof values[0] === 'string') return values[0];
  const printer = new Printer();
  let wasString = true;
  for (const value of values) {
    const isString = typeof value === 'string' || value instanceof SafeText;
    if (!wasString && !isString) printer.out.write(' ');
    printer.printArgument(value, 'v');
    wasString = isString;
  }
  return joinStrays(printer.out.text);
}

/** A space between operands and a line break at the end. */
export function sprintln(values: readonly Value[]): string {
  const printer = new Printer();
  values.forEach((value, index) => {
    if (index > 0) printer.out.write(' ');
    printer.printArgument(value, 'v');
  });
  return joinStrays(`${printer.out.text}\n`);
}

/** Widths and precisions of more are an error in the text, as in Go. */
const LARGEST_NUMBER = 1_000_000;

/** The state of one format. */
interface Formatting {
  readonly printer: Printer;
  readonly format: string;
  readonly values: readonly Value[];
  /** Index in the format. */
  at: number;
  /** Index of the next operand. */
  next: number;
  /** Operands were chosen by `[n]`, so none is superfluous. */
  reordered: boolean;
  goodIndex: boolean;
  /** The last thing read was `[n]`. */
  afterIndex: boolean;
}

export function sprintf(format: string, values: readonly Value[]): string {
  const printer = new Printer();
  const state: Formatting = {
    printer,
    format,
    values,
    at: 0,
    next: 0,
    reordered: false,
    goodIndex: true,
    afterIndex: false,
  };
  while (state.at < format.length) {
    const percent = format.indexOf('%', state.at);
    if (percent < 0) {
      printer.out.write(format.slice(state.at));
      break;
    }
    printer.out.write(format.slice(state.at, percent));
    state.at = percent + 1;
    formatOne(state);
  }
  if (!state.reordered && state.next < values.length) writeExtra(printer, values.slice(state.next));
  return joinStrays(printer.out.text);
}

function formatOne(state: Formatting): void {
  const { printer, format, values } = state;
  printer.out.flags = noFlags();
  state.goodIndex = true;
  state.afterIndex = false;
  readFlags(state);
  readIndex(state);
  readWidth(state);
  readPrecision(state);
  if (!state.afterIndex) readIndex(state);
  const code = format.codePointAt(state.at);
  if (code === undefined) {
    printer.out.write('%!(NOVERB)');
    return;
  }
  const verb = code >= 0xdc80 && code <= 0xdcff ? '\ufffd' : String.fromCodePoint(code);
  state.at += code > 0xffff ? 2 : 1;
  if (verb === '%') printer.out.write('%');
  else if (!state.goodIndex) printer.out.write(`%!${verb}(BADINDEX)`);
  else if (state.next >= values.length) printer.out.write(`%!${verb}(MISSING)`);
  else {
    const { flags } = printer.out;
    if (verb === 'v' || verb === 'w') {
      flags.sharpV = flags.sharp;
      flags.sharp = false;
      flags.plusV = flags.plus;
      flags.plus = false;
    }
    printer.printArgument(values[state.next], verb);
    state.next++;
  }
}

const FLAGS = { '#': 'sharp', '0': 'zero', '+': 'plus', '-': 'minus', ' ': 'space' } as const;

function readFlags(state: Formatting): void {
  for (;;) {
    const flag = FLAGS[state.format[state.at] as keyof typeof FLAGS];
    if (flag === undefined) return;
    state.printer.out.flags[flag] = true;
    state.at++;
  }
}

/** `[2]`: the next operand is the second. */
function readIndex(state: Formatting): void {
  state.afterIndex = false;
  if (state.format[state.at] !== '[') return;
  state.reordered = true;
  const end = state.format.indexOf(']', state.at);
  // Go needs three characters to look for the end.
  if (end < 0 || state.format.length - state.at < 3) {
    state.goodIndex = false;
    state.at++;
    return;
  }
  const digits = state.format.slice(state.at + 1, end);
  const isNumber = /^\d+$/.test(digits) && digits.length < 8;
  const index = Number(digits) - 1;
  state.at = end + 1;
  state.afterIndex = isNumber;
  if (isNumber && index >= 0 && index < state.values.length) state.next = index;
  else state.goodIndex = false;
}

function readWidth(state: Formatting): void {
  const { flags } = state.printer.out;
  if (state.format[state.at] !== '*') {
    flags.width = readNumber(state);
    if (state.afterIndex && flags.width !== undefined) state.goodIndex = false;
    return;
  }
  state.at++;
  flags.width = takeInteger(state);
  state.afterIndex = false;
  if (flags.width === undefined) state.printer.out.write('%!(BADWIDTH)');
  else if (flags.width < 0) {
    flags.width = -flags.width;
    flags.minus = true;
    flags.zero = false;
  }
}

function readPrecision(state: Formatting): void {
  const { flags } = state.printer.out;
  // Go takes a point at the very end for a verb.
  if (state.format[state.at] !== '.' || state.at + 1 >= state.format.length) return;
  state.at++;
  if (state.afterIndex) state.goodIndex = false;
  readIndex(state);
  if (state.format[state.at] !== '*') {
    flags.precision = readNumber(state) ?? 0;
    return;
  }
  state.at++;
  const precision = takeInteger(state);
  flags.precision = precision !== undefined && precision >= 0 ? precision : undefined;
  if (flags.precision === undefined) state.printer.out.write('%!(BADPREC)');
  state.afterIndex = false;
}

/** undefined where there is none, or it is too large; then the rest of the format is skipped. */
function readNumber(state: Formatting): number | undefined {
  const [digits] = /^\d+/.exec(state.format.slice(state.at, state.at + 20)) ?? [];
  if (digits === undefined) return undefined;
  if (digits.length > 7 && Number(digits.slice(0, -1)) > LARGEST_NUMBER) {
    state.at = state.format.length;
    return undefined;
  }
  state.at += digits.length;
  return Number(digits);
}

/** The next operand as a width or precision. */
function takeInteger(state: Formatting): number | undefined {
  if (state.next >= state.values.length) return undefined;
  const value = state.values[state.next++];
  const integer = value instanceof Int ? value.value : value;
  if (typeof integer !== 'bigint') return undefined;
  const number = Number(integer);
  return Math.abs(number) > LARGEST_NUMBER ? undefined : number;
}

function writeExtra(printer: Printer, values: readonly Value[]): void {
  printer.out.flags = noFlags();
  printer.out.write('%!(EXTRA ');
  values.forEach((value, index) => {
    if (index > 0) printer.out.write(', ');
    if (value !== null && value !== undefined) printer.out.write(`${typeName(value)}=`);
    printer.printArgument(value, 'v');
  });
  printer.out.write(')');
}
