/** What is kept, each a table of JSON documents by key. The owner of a table (intake, silences, ...) knows its shape. */
export const TABLES = ['alerts', 'silences', 'notifications', 'budgets'] as const;
export type Table = (typeof TABLES)[number];

/** One change. `value` is plain JSON; undefined deletes the key. */
export interface Change {
  readonly table: Table;
  readonly key: string;
  readonly value: unknown;
}

export interface Row {
  readonly key: string;
  readonly value: unknown;
}

/**
 * What must survive a crash. The rooms keep their state in memory and read it from here once, at start; from then on
 * they only write, so an engine may be slow to read or far away.
 */
export interface Store {
  /** All rows of a table; called at start only. */
  load(table: Table): Promise<readonly Row[]>;
  /**
   * Resolves when all changes are durable, in order, together with those of other callers who came at the same time
   * (group commit). Changes of one call are applied all or none.
   * @param patience ms that may pass until it begins, so that changes of others gather. Default 0.
   * @throws StoreError when they could not be made durable; nothing of this call is then kept.
   */
  write(changes: readonly Change[], patience?: number): Promise<void>;
  /** Why the store cannot write now; undefined when it can. For health and 503s. */
  readonly trouble: string | undefined;
  /** Writes what is queued and closes. */
  close(): Promise<void>;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
}
