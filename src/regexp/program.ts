import { RE2JS, RE2JSException } from 're2js';
import { estimateSize } from './size.ts';
import { originalClass, translateClasses } from './unicode-classes.ts';

/** Patterns are users' input. Alertmanager has no limit of its own; RE2 calls the size of a program its cost. */
export const LONGEST_PATTERN = 65_536;
export const MOST_INSTRUCTIONS = 10_000;
/** Of all character classes together. A Unicode category counts as 400. */
export const MOST_RANGES = 20_000;

/** What an instruction does. Captures and jumps are kept apart from what consumes a character. */
export const ALT = 1;
export const CAPTURE = 3;
export const EMPTY = 4;
export const FAIL = 5;
export const MATCH = 6;
export const JUMP = 7;
export const RUNES = 8;

/** Conditions of an EMPTY instruction, as RE2 numbers them. */
export const BEGIN_LINE = 1;
export const END_LINE = 2;
export const BEGIN_TEXT = 4;
export const END_TEXT = 8;
export const WORD_BOUNDARY = 16;
export const NO_WORD_BOUNDARY = 32;

/**
 * A compiled pattern in some twenty bytes an instruction. `out[pc]` is the next instruction; `arg[pc]` the second one of
 * ALT, the slot of CAPTURE, the conditions of EMPTY, the number in `sets` of RUNES.
 */
export interface Program {
  readonly ops: Uint8Array;
  readonly out: Int32Array;
  readonly arg: Int32Array;
  /** Sorted inclusive ranges, `[from, to, ...]`, of code points. */
  readonly sets: readonly Int32Array[];
  readonly start: number;
  /** Without the whole match. */
  readonly groups: number;
  readonly groupNames: Readonly<Record<string, number>>;
}

/** re2js's instructions (its Inst), which its types leave open. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
}
const RUNE1 = 9;
const RUNE_ANY = 10;
const RUNE_ANY_NOT_NL = 11;
const FOLD_CASE = 1;
const ANY = Int32Array.of(0, 0x10ffff);
const ANY_NOT_NEWLINE = Int32Array.of(0, 9, 11, 0x10ffff);

/**
 * Compiles RE2 syntax as Go takes it. What is too large is refused before any of it is built.
 * @throws Error with Go's text: error parsing regexp: ...
 */
export function compileProgram(pattern: string): Program {
  checkLength(pattern);
  checkSize(pattern);
  return pack(compile(pattern));
}

/** @throws Error for a pattern that is too long. */
export function checkLength(pattern: string): void {
  if (pattern.length > LONGEST_PATTERN) throw tooLarge(`${pattern.length} characters (limit: ${LONGEST_PATTERN})`);
}

function checkSize(pattern: string): void {
  const { instructions, ranges } = estimateSize(pattern);
  if (instructions > MOST_INSTRUCTIONS) {
    throw tooLarge(`it needs about ${instructions} instructions (limit: ${MOST_INSTRUCTIONS})`);
  }
  if (ranges > MOST_RANGES) throw tooLarge(`its character classes have about ${ranges} ranges (limit: ${MOST_RANGES})`);
}

function tooLarge(reason: string): Error {
  return new Error(`error parsing regexp: expression too large: ${reason}`);
}

function compile(pattern: string): RE2JS {
  const translated = translateClasses(pattern);
  try {
    return RE2JS.compile(translated);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof RE2JSException)) throw new Error(`error parsing regexp: ${message}`);
    if (message.includes('duplicate capture group name')) return compile(withoutDuplicateNames(pattern));
    const original = originalClass(message, pattern).replace(`\`${translated}\``, () => `\`${pattern}\``);
    // Go always ends with the expression, even an empty one.
    throw new Error(original.includes('`') ? original : `${original}: \`\``);
  }
}

/** Go takes two groups of one name; re2js does not. The name stays with the first. */
function withoutDuplicateNames(pattern: string): string {
  const seen = new Set<string>();
  return pattern.replace(/\\[\s\S]|\(\?P?<(\w+)>/g, (token, name?: string) => {
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return token;
    }
    return '(';
  });
}

function pack(compiled: RE2JS): Program {
  const { inst, start } = compiled.re2().prog as { inst: readonly Instruction[]; start: number };
  const ops = new Uint8Array(inst.length);
  const out = new Int32Array(inst.length);
  const arg = new Int32Array(inst.length);
  const sets = new RuneSets();
  for (const [pc, instruction] of inst.entries()) {
    const set = runesOf(instruction);
    // ALT_MATCH (2) is an ALT.
    ops[pc] = set ? RUNES : instruction.op === 2 ? ALT : instruction.op;
    out[pc] = instruction.out;
    arg[pc] = set ? sets.numberOf(set) : instruction.arg;
  }
  const groupNames = { ...compiled.namedGroups() };
  return { ops, out, arg, sets: sets.all, start, groups: compiled.groupCount(), groupNames };
}

function runesOf({ op, arg, runes }: Instruction): Int32Array | undefined {
  if (op === RUNE_ANY) return ANY;
  if (op === RUNE_ANY_NOT_NL) return ANY_NOT_NEWLINE;
  if (op !== RUNES && op !== RUNE1) return undefined;
  if (runes.length !== 1) return runes;
  const rune = runes[0] as number;
  return (arg & FOLD_CASE) === 0 ? single(rune) : folded(rune);
}

const singles = new Map<number, Int32Array>();

function single(rune: number): Int32Array {
  return remember(singles, rune, () => Int32Array.of(rune, rune));
}

const foldings = new Map<number, Int32Array>();

/** All characters that are equal to this one but for case. A second member keeps re2js from naming only one of them. */
function folded(rune: number): Int32Array {
  return remember(foldings, rune, () => {
    const { inst } = RE2JS.compile(`(?i)[\\x{0}\\x{${rune.toString(16)}}]`).re2().prog as { inst: Instruction[] };
    const [{ runes } = { runes: ANY }] = inst.filter(({ op }) => op === RUNES);
    return runes.slice(2);
  });
}

const MOST_REMEMBERED = 4_096;

function remember(map: Map<number, Int32Array>, rune: number, create: () => Int32Array): Int32Array {
  let set = map.get(rune);
  if (set === undefined) {
    set = create();
    if (map.size >= MOST_REMEMBERED) map.clear();
    map.set(rune, set);
  }
  return set;
}

/** Numbers equal sets equally. */
class RuneSets {
  readonly all: Int32Array[] = [];
  readonly #known = new Map<Int32Array, number>();

  numberOf(set: Int32Array): number {
    let number = this.#known.get(set);
    if (number === undefined) {
      number = this.all.push(set) - 1;
      this.#known.set(set, number);
    }
    return number;
  }
}

/** Whether a set holds a code point. */
export function holds(set: Int32Array, rune: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rune > (set[2 * middle + 1] as number)) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && rune >= (set[2 * low] as number);
}

/** Letters, digits and underscore of ASCII: what \b looks at, in RE2 as in Go. */
export function isWord(rune: number): boolean {
  return (
    (rune >= 0x61 && rune <= 0x7a) || (rune >= 0x41 && rune <= 0x5a) || (rune >= 0x30 && rune <= 0x39) || rune === 0x5f
  );
}

/** The conditions that hold between two characters; -1 where there is none. */
export function conditionsBetween(before: number, after: number): number {
  let conditions = isWord(before) === isWord(after) ? NO_WORD_BOUNDARY : WORD_BOUNDARY;
  if (before < 0) conditions |= BEGIN_TEXT | BEGIN_LINE;
  if (before === 0x0a) conditions |= BEGIN_LINE;
  if (after < 0) conditions |= END_TEXT | END_LINE;
  if (after === 0x0a) conditions |= END_LINE;
  return conditions;
}
