import { createHmac, randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './bcrypt-worker.ts';

/** Compared with where the user is unknown, so that the time of the answer does not tell. */
const DUMMY_HASH = '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';
/** How many verdicts are remembered, and how many passwords may wait for one. */
const REMEMBERED = 100;
const WAITING = 100;

/**
 * Checks passwords against bcrypt hashes. A check takes some 100 ms of a processor: it runs in a thread of its own, and
 * verdicts, good and bad, are remembered by a keyed hash of user, password and bcrypt hash.
 */
export class BasicUsers {
  readonly #key = randomBytes(32);
  readonly #verdicts = new Map<string, boolean>();
  readonly #waiting = new Map<number, (fits: boolean) => void>();
  #worker: Worker | undefined;
  #nextId = 0;

  /** @param credentials `user:password`; undefined where there are none. */
  async isKnown(users: ReadonlyMap<string, string>, credentials: string | undefined): Promise<boolean> {
    if (credentials === undefined) return false;
    const colon = credentials.indexOf(':');
    const known = users.get(credentials.slice(0, colon));
    const hash = known ?? DUMMY_HASH;
    const verdict = createHmac('sha256', this.#key).update(`${hash}\0${credentials}`).digest('base64');
    let fits = this.#verdicts.get(verdict);
    if (fits === undefined) {
      fits = await this.#ask(credentials.slice(colon + 1), hash);
      if (this.#verdicts.size >= REMEMBERED) this.#verdicts.delete(this.#verdicts.keys().next().value as string);
      this.#verdicts.set(verdict, fits);
    }
    return fits && known !== undefined;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #ask(password: string, hash: string): Promise<boolean> {
    if (this.#waiting.size >= WAITING) return Promise.resolve(false);
    this.#worker ??= this.#start();
    const id = this.#nextId++;
    this.#worker.postMessage({ id, password, hash } satisfies Question);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./bcrypt-worker${extname(import.meta.url)}`, import.meta.url), {
      name: 'bcrypt',
    });
    worker.unref();
    worker.on('message', ({ id, fits }: Answer) => {
      this.#waiting.get(id)?.(fits);
      this.#waiting.delete(id);
    });
    // A worker that breaks must not leave requests waiting: they are refused, and the next one gets a new worker.
    worker.on('error', () => {
      for (const resolve of this.#waiting.values()) resolve(false);
      this.#waiting.clear();
      this.#worker = undefined;
    });
    return worker;
  }
}
