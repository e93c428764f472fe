import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { percentile } from './statistics.ts';

/**
 * Asks /-/healthy all the while: how long an operator waits while the program is busy. In a thread of its own: the main
 * one is busy being the mail server, and its delays are not the program's.
 */
export class HealthProbe {
  readonly #worker: Worker;
  readonly #samples: number[] = [];

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (ms: number) => this.#samples.push(ms));
  }

  /** Resolves with the first answer: the load begins when the probe is there. @throws Error when there is none */
  static async start(url: string): Promise<HealthProbe> {
    const probe = new HealthProbe(
      new Worker(new URL('./health-probe.ts', import.meta.url), { workerData: `${url}/-/healthy` }),
    );
    await once(probe.#worker, 'message');
    return probe;
  }

  /** @returns the 99th percentile of the waiting time, ms. */
  async stop(): Promise<number> {
    await this.#worker.terminate();
    return percentile(this.#samples, 0.99);
  }
}
