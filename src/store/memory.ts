import { type Change, type Row, type Store, StoreError, TABLES, type Table } from './store.ts';

/** A store for tests: what a process would find after a restart is in `load`. Setting `trouble` makes writes fail. */
export class MemoryStore implements Store {
  trouble: string | undefined;
  /** The changes of each successful write, in order. */
  readonly writes: (readonly Change[])[] = [];
  /** JSON texts, so that nobody holds on to an object that was written. */
  readonly #tables = new Map<Table, Map<string, string>>(TABLES.map((table) => [table, new Map()]));

  async load(table: Table): Promise<readonly Row[]> {
    return [...this.#rows(table)].map(([key, text]) => ({ key, value: JSON.parse(text) as unknown }));
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (this.trouble !== undefined) throw new StoreError(this.trouble);
    const texts = changes.map(({ value }) => (value === undefined ? undefined : JSON.stringify(value)));
    changes.forEach(({ table, key }, i) => {
      const text = texts[i];
      if (text === undefined) this.#rows(table).delete(key);
      else this.#rows(table).set(key, text);
    });
    this.writes.push(changes);
  }

  async close(): Promise<void> {}

  #rows(table: Table): Map<string, string> {
    const rows = this.#tables.get(table);
    if (!rows) throw new StoreError(`no table "${table}"`);
    return rows;
  }
}
