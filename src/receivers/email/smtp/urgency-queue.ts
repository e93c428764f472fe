/** How urgent an email is. */
export interface Urgency {
  /** 0 is the most severe. */
  readonly severity: number;
  /** ms; when the notification was due. */
  readonly since: number;
}

/** What waits: the most severe first, and of these the oldest. Many may give up at once, so that costs nothing each. */
export class UrgencyQueue<T extends Urgency> {
  /** In order; those that were removed stay until it is their turn, or until they are the most. */
  #waiting: T[] = [];
  readonly #present = new Set<T>();

  get first(): T | undefined {
    while (this.#waiting[0] && !this.#present.has(this.#waiting[0])) this.#waiting.shift();
    return this.#waiting[0];
  }

  add(one: T): void {
    // From the end: most belong there.
    const before = this.#waiting.findLastIndex((other) => compare(other, one) <= 0);
    this.#waiting.splice(before + 1, 0, one);
    this.#present.add(one);
  }

  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.#present.delete(first);
    return first;
  }

  /** @returns whether it was there */
  remove(one: T): boolean {
    const was = this.#present.delete(one);
    if (this.#waiting.length > 2 * this.#present.size + 100) {
      this.#waiting = this.#waiting.filter((other) => this.#present.has(other));
    }
    return was;
  }
}

function compare(a: Urgency, b: Urgency): number {
  return a.severity - b.severity || a.since - b.since;
}
