import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import type { Batch, Chunk, Command, Fsync, Reply, Request, WorkerData } from './sqlite-messages.ts';
import { type Change, type Row, type Store, StoreError, type Table } from './store.ts';

export interface SqliteStoreOptions {
  /** `--storage.path`: the directory of tocsin.db; created when missing. */
  readonly directory: string;
  /** `--storage.fsync`: what a durable write outlives: `process` a crash of Tocsin, `machine` a power failure too. */
  readonly fsync: Fsync;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Characters of JSON that may wait for the disk; beyond, writes fail at once instead of filling the memory. */
  readonly queueSize?: number;
}

/** Characters of JSON per transaction at most, so that one commit stays in the tens of ms. A larger call goes alone. */
const GROUP_SIZE = 4_000_000;
const QUEUE_SIZE = 256_000_000;
/** ms without an answer after which the disk counts as hanging. */
const HANGING = 10_000;
/** ms between attempts to find out whether writing works again, doubling up to the second. */
const PROBE_FIRST = 1_000;
const PROBE_LAST = 30_000;

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: StoreError) => void;
}

interface Call extends Settle<void> {
  readonly batch: Batch;
  /** Characters of JSON. */
  readonly size: number;
}

/**
 * The durable store: one SQLite file, written by a worker thread so that the event loop never waits for a disk.
 * While a transaction is being committed, the writes that come in gather and go together into the next.
 */
export class SqliteStore implements Store {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #queueSize: number;
  readonly #worker: Worker;
  readonly #requests = new Map<number, Settle<Chunk | undefined>>();
  #lastId = 0;
  #queue: Call[] = [];
  #queued = 0;
  /** When the first of the queue will not wait any longer. */
  #due = Number.POSITIVE_INFINITY;
  #cancelWait: (() => void) | undefined;
  /** When the transaction that is being committed was sent; undefined when there is none. */
  #committingSince: number | undefined;
  #trouble: string | undefined;
  #cancelProbe: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  /** Why the worker is no more. */
  #ended: string | undefined;

  /** @throws StoreError when the store cannot be opened: one sentence that says why and what to do. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const store = new SqliteStore(options);
    try {
      await store.#answer(0);
      return store;
    } catch (error) {
      store.#closing = Promise.resolve();
      await store.#worker.terminate();
      throw error;
    }
  }

  private constructor({ directory, fsync, clock, logger, metrics, queueSize = QUEUE_SIZE }: SqliteStoreOptions) {
    this.#queueSize = queueSize;
    this.#clock = clock;
    this.#logger = logger;
    this.#metrics = metrics;
    // The package for npm is built to .js; a checkout runs as .ts.
    const program = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url);
    const workerData: WorkerData = { directory, fsync };
    this.#worker = new Worker(program, { workerData, name: 'store' });
    this.#worker.on('message', (reply: Reply) => this.#onReply(reply));
    this.#worker.on('error', (error: Error) => this.#onEnd(error.message));
    this.#worker.on('exit', () => this.#onEnd('its thread ended'));
  }

  get trouble(): string | undefined {
    const since = this.#committingSince;
    if (since !== undefined && this.#clock.monotonic() - since > HANGING)
      return 'the store waits for a disk that does not answer';
    return this.#trouble;
  }

  async load(table: Table): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let from: number | undefined = 0; from !== undefined; ) {
      const chunk: Chunk | undefined = await this.#ask({ kind: 'load', table, from });
      chunk?.keys.forEach((key, i) => {
        rows.push({ key, value: parse(chunk.values[i] ?? '', table, key) });
      });
      from = chunk?.next;
    }
    return rows;
  }

  async write(changes: readonly Change[], patience = 0): Promise<void> {
    if (this.#closing !== undefined) throw new StoreError('the store is closed');
    if (changes.length === 0) return;
    const batch = toBatch(changes);
    const size = batch.values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    if (this.#queued + size > this.#queueSize)
      throw new StoreError('too many changes wait for the disk; try again later');
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ batch, size, resolve, reject });
      this.#queued += size;
      this.#due = Math.min(this.#due, this.#clock.monotonic() + patience);
      this.#commitNext();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#cancelProbe?.();
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      this.#commitNext();
    });
    await this.#ask({ kind: 'close' }).catch((error: StoreError) => {
      this.#logger.warn('Closing the store failed', { err: error });
    });
    await this.#worker.terminate();
  }

  #commitNext(): void {
    if (this.#committingSince !== undefined) return;
    this.#cancelWait?.();
    if (this.#queue.length === 0) {
      this.#drained?.();
      return;
    }
    const wait = this.#due - this.#clock.monotonic();
    if (wait > 0 && this.#drained === undefined) {
      this.#cancelWait = this.#clock.after(wait, () => this.#commitNext());
      return;
    }
    const group = this.#takeGroup();
    this.#committingSince = this.#clock.monotonic();
    const observe = this.#metrics.tocsinStoreCommitDurationSeconds.startTimer();
    this.#ask({ kind: 'apply', batch: joined(group) }).then(
      () => {
        observe();
        this.#committed(group);
      },
      (error: StoreError) => this.#failed(group, error),
    );
  }

  #takeGroup(): Call[] {
    let size = 0;
    let count = 0;
    for (const call of this.#queue) {
      if (count > 0 && size + call.size > GROUP_SIZE) break;
      size += call.size;
      count++;
    }
    this.#queued -= size;
    this.#due = count < this.#queue.length ? 0 : Number.POSITIVE_INFINITY;
    return this.#queue.splice(0, count);
  }

  #committed(group: readonly Call[]): void {
    this.#metrics.tocsinStoreCommitsTotal.inc();
    this.#metrics.tocsinStoreChangesTotal.inc(group.reduce((sum, call) => sum + call.batch.keys.length, 0));
    this.#committingSince = undefined;
    this.#recover();
    this.#commitNext();
    for (const call of group) call.resolve();
  }

  #failed(group: readonly Call[], error: StoreError): void {
    this.#metrics.tocsinStoreCommitErrorsTotal.inc();
    this.#committingSince = undefined;
    this.#enterTrouble(error.message);
    this.#commitNext();
    for (const call of group) call.reject(error);
  }

  #enterTrouble(reason: string): void {
    if (this.#trouble !== reason) this.#logger.error('The store cannot write', { err: reason });
    this.#trouble = reason;
    this.#metrics.tocsinStoreTrouble.set(1);
    if (!this.#cancelProbe && this.#closing === undefined && this.#ended === undefined) this.#probeAfter(PROBE_FIRST);
  }

  #recover(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#metrics.tocsinStoreTrouble.set(0);
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    this.#logger.info('The store can write again');
  }

  #probeAfter(ms: number): void {
    this.#cancelProbe = this.#clock.after(ms, () => {
      this.#ask({ kind: 'probe' }).then(
        () => this.#recover(),
        () => {
          if (this.#trouble !== undefined && this.#closing === undefined)
            this.#probeAfter(Math.min(ms * 2, PROBE_LAST));
        },
      );
    });
  }

  #ask(command: Command): Promise<Chunk | undefined> {
    if (this.#ended !== undefined) return Promise.reject(new StoreError(this.#ended));
    const id = ++this.#lastId;
    const request: Request = { id, command };
    this.#worker.postMessage(request);
    return this.#answer(id);
  }

  #answer(id: number): Promise<Chunk | undefined> {
    return new Promise((resolve, reject) => {
      this.#requests.set(id, { resolve, reject });
    });
  }

  #onReply({ id, chunk, bytes, error }: Reply): void {
    if (bytes !== undefined) this.#metrics.tocsinStoreSizeBytes.set(bytes);
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (error === undefined) request?.resolve(chunk);
    else request?.reject(new StoreError(error));
  }

  #onEnd(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = `the store ended: ${reason}`;
    if (this.#closing === undefined) this.#enterTrouble(this.#ended);
    for (const request of this.#requests.values()) request.reject(new StoreError(this.#ended));
    this.#requests.clear();
  }
}

function toBatch(changes: readonly Change[]): Batch {
  return {
    tables: changes.map(({ table }) => table),
    keys: changes.map(({ key }) => key),
    values: changes.map(({ value }) => (value === undefined ? null : JSON.stringify(value))),
  };
}

function joined(group: readonly Call[]): Batch {
  return {
    tables: group.flatMap(({ batch }) => batch.tables),
    keys: group.flatMap(({ batch }) => batch.keys),
    values: group.flatMap(({ batch }) => batch.values),
  };
}

function parse(text: string, table: Table, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StoreError(`the store's ${table} hold a row that is not JSON: ${JSON.stringify(key)}`, { cause: error });
  }
}
