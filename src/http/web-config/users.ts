import { createHmac, randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './bcrypt-worker.ts';

/** How many wrong passwords, and how many right ones, are remembered. */
const REMEMBERED = 100;
/** How many passwords may wait to be checked, over all clients and for one client's address. */
const WAITING = 100;
const WAITING_PER_CLIENT = 4;

/** `busy`: the password could not be checked now, which says nothing about it. */
export type Verdict = 'right' | 'wrong' | 'busy';

interface Waiting {
  readonly client: string;
  readonly verdict: Promise<Verdict>;
  resolve(verdict: Verdict): void;
}

/**
 * Checks passwords against bcrypt hashes. A check takes some 100 ms of a processor, so it runs in a thread of its own and
 * verdicts are remembered by a keyed hash of user, password and bcrypt hash. Right ones are remembered apart from wrong
 * ones, and no client can fill the queue: whoever guesses passwords must not lock out those who know theirs.
 */
export class BasicUsers {
  readonly #key = randomBytes(32);
  readonly #right = new Set<string>();
  readonly #wrong = new Set<string>();
  /** By what is asked, so that the same question is asked once. */
  readonly #waiting = new Map<string, Waiting>();
  #worker: Worker | undefined;

  /**
   * @param users bcrypt hashes by user
   * @param credentials `user:password`
   * @param address the client's
   */
  async check(users: ReadonlyMap<string, string>, credentials: string, address: string): Promise<Verdict> {
    const colon = credentials.indexOf(':');
    const user = credentials.slice(0, colon);
    const known = users.get(user);
    const hash = known ?? this.#dummyHash(users, user);
    const id = this.#digest(`${hash}\0${credentials}`);
    if (this.#right.has(id)) return known === undefined ? 'wrong' : 'right';
    if (this.#wrong.has(id)) return 'wrong';
    const verdict = await this.#ask(id, credentials.slice(colon + 1), hash, clientOf(address));
    if (verdict === 'right') remember(this.#right, id);
    if (verdict === 'wrong') remember(this.#wrong, id);
    return verdict === 'right' && known === undefined ? 'wrong' : verdict;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** For a user that there is not: a hash as expensive as that of one that there is, so that the time does not tell. */
  #dummyHash(users: ReadonlyMap<string, string>, user: string): string {
    const hashes = [...users.values()];
    const digest = createHmac('sha256', this.#key).update(user).digest();
    const model = hashes[digest.readUInt32BE() % hashes.length] as string;
    // Algorithm and cost of the model, salt and hash of nobody's password.
    return `${model.slice(0, model.indexOf('$', 4) + 1)}${DUMMY_SALT_AND_HASH}`;
  }

  #digest(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64');
  }

  #ask(id: string, password: string, hash: string, client: string): Promise<Verdict> {
    const same = this.#waiting.get(id);
    if (same) return same.verdict;
    const own = [...this.#waiting.values()].filter((waiting) => waiting.client === client).length;
    if (own >= WAITING_PER_CLIENT || this.#waiting.size >= WAITING) return Promise.resolve('busy');
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    this.#waiting.set(id, { client, verdict: promise, resolve });
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, password, hash } satisfies Question);
    return promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./bcrypt-worker${extname(import.meta.url)}`, import.meta.url), {
      name: 'bcrypt',
    });
    worker.unref();
    worker.on('message', ({ id, fits }: Answer) => this.#answer(id, fits ? 'right' : 'wrong'));
    // A worker that breaks must not leave requests waiting; the next one gets a new worker.
    worker.on('error', () => {
      this.#worker = undefined;
      for (const id of [...this.#waiting.keys()]) this.#answer(id, 'busy');
    });
    return worker;
  }

  #answer(id: string, verdict: Verdict): void {
    this.#waiting.get(id)?.resolve(verdict);
    this.#waiting.delete(id);
  }
}

const DUMMY_SALT_AND_HASH = 'QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi';

/** The oldest makes way. */
function remember(ids: Set<string>, id: string): void {
  if (ids.size >= REMEMBERED) ids.delete(ids.values().next().value as string);
  ids.add(id);
}

/** What one client can have many of counts as one address: of IPv6 the network of 64 bits. */
function clientOf(address: string): string {
  return address.includes('.') ? address : address.split(':', 4).join(':');
}
