import fc from 'fast-check';
import { attacks, send } from '../../test/support/attacks.ts';

/** Requests that are made up at a time. */
const BATCH = 20;
/** ms between two of them. */
const PAUSE = 50;

/** A client that sends what nobody should, beside the senders of the load: none of it may change what they get. */
export class Attacker {
  requests = 0;
  /** Answers that say that something failed inside. */
  readonly faults: string[] = [];
  readonly #url: string;
  #seed: number;
  #stopped = false;
  #work: Promise<void> = Promise.resolve();

  constructor(url: string, seed: number) {
    this.#url = url;
    this.#seed = seed;
  }

  start(): void {
    this.#work = this.#attack();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  async #attack(): Promise<void> {
    while (!this.#stopped) {
      for (const attack of fc.sample(attacks, { numRuns: BATCH, seed: this.#seed++ })) {
        if (this.#stopped) return;
        const status = await send(this.#url, attack, 10_000);
        this.requests++;
        if (status === 500) this.faults.push(`${attack.method} ${attack.path.slice(0, 200)}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
}
