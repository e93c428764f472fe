import { percentile } from './statistics.ts';

/** Asks /-/healthy all the while: how long an operator waits while the program is busy. */
export class HealthProbe {
  readonly #samples: number[] = [];
  #stopped = false;
  readonly #loop: Promise<void>;

  constructor(url: string) {
    this.#loop = this.#run(`${url}/-/healthy`);
  }

  /** @returns the 99th percentile of the waiting time, ms. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#loop;
    return percentile(this.#samples, 0.99);
  }

  async #run(url: string): Promise<void> {
    while (!this.#stopped) {
      const start = performance.now();
      const response = await fetch(url);
      await response.arrayBuffer();
      this.#samples.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
