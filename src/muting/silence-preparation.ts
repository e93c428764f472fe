import type { LabelSet } from '../alert/label-set.ts';
import { yieldTurn } from '../process/yield-turn.ts';
import type { SilenceMemory } from './silence-memory.ts';

/** ms of work in a row. */
const SLICE = 1;

/**
 * Looks up the silences of new alerts: at once where that is quick, else soon and in turns, so that their sender does not
 * wait. Whoever asks about an alert before its turn finds out for himself.
 */
export class SilencePreparation {
  readonly #memory: SilenceMemory;
  readonly #waiting: LabelSet[] = [];

  constructor(memory: SilenceMemory) {
    this.#memory = memory;
  }

  add(labels: LabelSet): void {
    if (this.#waiting.length === 0 && this.#memory.isQuick) this.#memory.matching(labels);
    else if (this.#waiting.push(labels) === 1) void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await yieldTurn();
      const began = performance.now();
      while (this.#waiting.length > 0 && performance.now() - began < SLICE) {
        this.#memory.matching(this.#waiting.at(-1) as LabelSet);
        this.#waiting.pop();
      }
    }
  }
}
