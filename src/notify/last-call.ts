/**
 * The moment after which no other attempt is begun, because the configuration was replaced or the process is about to stop;
 * attempts under way may still succeed. A set of callbacks, since tens of thousands may wait: an AbortSignal with so many
 * listeners takes long and much memory.
 */
export class LastCall {
  #called = false;
  readonly #callbacks = new Set<() => void>();

  get called(): boolean {
    return this.#called;
  }

  call(): void {
    this.#called = true;
    for (const callback of [...this.#callbacks]) callback();
  }

  /** Returns what takes the callback back. */
  on(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }
}
