import { ALT, CAPTURE, EMPTY, JUMP, MATCH, type Program, RUNES } from './program.ts';

/** Follows what costs no character; one object is used again and again. */
export class Closure {
  /** The instructions reached that wait for a character. */
  readonly runes: number[] = [];
  matched = false;
  /** Instructions looked at. */
  steps = 0;
  /** By instruction, the round in which it was last reached. */
  #reached = new Uint32Array(1_024);
  #round = 0;
  readonly #pending: number[] = [];

  follow({ ops, out, arg }: Program, pcs: readonly number[], conditions: number): void {
    this.runes.length = 0;
    this.matched = false;
    this.steps = 0;
    this.#nextRound(ops.length);
    const reached = this.#reached;
    const pending = this.#pending;
    for (let i = pcs.length - 1; i >= 0; i--) pending.push(pcs[i] as number);
    while (pending.length > 0) {
      const pc = pending.pop() as number;
      if (reached[pc] === this.#round) continue;
      reached[pc] = this.#round;
      this.steps++;
      switch (ops[pc]) {
        case ALT:
          pending.push(arg[pc] as number, out[pc] as number);
          break;
        case CAPTURE:
        case JUMP:
          pending.push(out[pc] as number);
          break;
        case EMPTY:
          if (((arg[pc] as number) & ~conditions) === 0) pending.push(out[pc] as number);
          break;
        case RUNES:
          this.runes.push(pc);
          break;
        case MATCH:
          this.matched = true;
          break;
      }
    }
  }

  #nextRound(size: number): void {
    if (this.#reached.length < size) this.#reached = new Uint32Array(2 * size);
    this.#round++;
    if (this.#round < 0xffff_ffff) return;
    this.#round = 1;
    this.#reached.fill(0);
  }
}
