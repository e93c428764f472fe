import { ALT, CAPTURE, conditionsBetween, EMPTY, holds, JUMP, MATCH, type Program, RUNES } from './program.ts';
import type { StepBudget } from './step-budget.ts';

/** Where the program may be, in order of preference, each with the captures on its way. */
interface Threads {
  readonly pcs: number[];
  /** By thread. Not changed once it is here. */
  readonly captures: (readonly number[])[];
}

/**
 * Finds matches with their groups as Go's regexp does: leftmost, and of those the one that a backtracking search would
 * have found first (Pike's simulation). Every instruction looked at costs a step of the budget.
 */
export class Search {
  readonly #program: Program;
  readonly #reached: Uint32Array;
  #round = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#reached = new Uint32Array(program.ops.length);
  }

  /**
   * The first match at or behind `from`.
   * @param slots how many positions are asked for: two for the whole match and each group.
   * @returns the positions, `[start, end, start of group 1, ...]`, -1 for a group that took no part.
   * @throws StepsExceededError
   */
  find(text: string, from: number, slots: number, budget: StepBudget): readonly number[] | undefined {
    const { ops, sets, arg, out, start } = this.#program;
    const none: readonly number[] = new Array<number>(slots).fill(-1);
    let threads: Threads = { pcs: [], captures: [] };
    let found: readonly number[] | undefined;
    let before = from === 0 ? -1 : runeBefore(text, from);
    for (let at = from; ; ) {
      const rune = at < text.length ? (text.codePointAt(at) as number) : -1;
      const conditions = conditionsBetween(before, rune);
      const current: Threads = { pcs: [], captures: [] };
      this.#round++;
      for (let i = 0; i < threads.pcs.length; i++) {
        this.#follow(
          current,
          threads.pcs[i] as number,
          threads.captures[i] as readonly number[],
          at,
          conditions,
          budget,
        );
      }
      if (!found) this.#follow(current, start, none, at, conditions, budget);
      const next: Threads = { pcs: [], captures: [] };
      for (let i = 0; i < current.pcs.length; i++) {
        const pc = current.pcs[i] as number;
        if (ops[pc] === MATCH) {
          found = withSlot(current.captures[i] as readonly number[], 1, at);
          break; // Whoever comes later is less preferred.
        }
        if (rune < 0 || !holds(sets[arg[pc] as number] as Int32Array, rune)) continue;
        next.pcs.push(out[pc] as number);
        next.captures.push(current.captures[i] as readonly number[]);
      }
      if (rune < 0 || (found && next.pcs.length === 0)) return found;
      threads = next;
      before = rune;
      at += rune > 0xffff ? 2 : 1;
    }
  }

  /** Adds what is reached without a character: what waits for one, and matches. */
  #follow(
    into: Threads,
    from: number,
    captures: readonly number[],
    at: number,
    conditions: number,
    budget: StepBudget,
  ): void {
    const { ops, out, arg, start } = this.#program;
    const pending: { pc: number; captures: readonly number[] }[] = [
      { pc: from, captures: from === start && captures[0] === -1 ? withSlot(captures, 0, at) : captures },
    ];
    for (let entry = pending.pop(); entry; entry = pending.pop()) {
      const { pc } = entry;
      if (this.#reached[pc] === this.#round) continue;
      this.#reached[pc] = this.#round;
      budget.take(1);
      const next = out[pc] as number;
      switch (ops[pc]) {
        case ALT:
          pending.push({ pc: arg[pc] as number, captures: entry.captures }, { pc: next, captures: entry.captures });
          break;
        case CAPTURE: {
          const slot = arg[pc] as number;
          const known = slot < entry.captures.length;
          if (known) budget.take(entry.captures.length >> 3);
          pending.push({ pc: next, captures: known ? withSlot(entry.captures, slot, at) : entry.captures });
          break;
        }
        case JUMP:
          pending.push({ pc: next, captures: entry.captures });
          break;
        case EMPTY:
          if (((arg[pc] as number) & ~conditions) === 0) pending.push({ pc: next, captures: entry.captures });
          break;
        case RUNES:
        case MATCH:
          into.pcs.push(pc);
          into.captures.push(entry.captures);
          break;
      }
    }
  }
}

function withSlot(captures: readonly number[], slot: number, at: number): readonly number[] {
  const changed = captures.slice();
  changed[slot] = at;
  return changed;
}

function runeBefore(text: string, at: number): number {
  const low = text.charCodeAt(at - 1);
  if (low < 0xdc00 || low > 0xdfff || at < 2) return low;
  const rune = text.codePointAt(at - 2) as number;
  return rune > 0xffff ? rune : low;
}
