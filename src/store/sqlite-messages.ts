import type { Table } from './store.ts';

/** How far a write has reached when it counts as durable: it outlives this process, or a power failure too. */
export type Fsync = 'process' | 'machine';

/** What the worker is started with. */
export interface WorkerData {
  readonly directory: string;
  readonly fsync: Fsync;
}

/** Changes as parallel arrays, the cheapest shape to pass between threads. A value is JSON text; null deletes the key. */
export interface Batch {
  readonly tables: readonly Table[];
  readonly keys: readonly string[];
  readonly values: readonly (string | null)[];
}

/** Rows in the order in which they were first written; `next` is where the following chunk begins, absent at the end. */
export interface Chunk {
  readonly keys: readonly string[];
  /** JSON texts. */
  readonly values: readonly string[];
  readonly next: number | undefined;
}

export type Command =
  | { readonly kind: 'apply'; readonly batch: Batch }
  | { readonly kind: 'load'; readonly table: Table; readonly from: number }
  | { readonly kind: 'probe' }
  | { readonly kind: 'close' };

export interface Request {
  readonly id: number;
  readonly command: Command;
}

/** The answer to the request of the same id; id 0 answers the opening. */
export interface Reply {
  readonly id: number;
  readonly chunk?: Chunk;
  /** Size of the database, after a change. */
  readonly bytes?: number;
  readonly error?: string;
}
