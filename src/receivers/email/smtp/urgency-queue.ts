/** How urgent a mail is. */
export interface Urgency {
  /** 0 is the most severe. */
  readonly severity: number;
  /** ms; when the news was due. */
  readonly since: number;
}

/** What waits: the most severe first, and of these the oldest. */
export class UrgencyQueue<T extends Urgency> {
  readonly #waiting: T[] = [];

  get first(): T | undefined {
    return this.#waiting[0];
  }

  add(one: T): void {
    // From the end: most belong there.
    const before = this.#waiting.findLastIndex((other) => compare(other, one) <= 0);
    this.#waiting.splice(before + 1, 0, one);
  }

  shift(): T | undefined {
    return this.#waiting.shift();
  }

  /** @returns whether it was there */
  remove(one: T): boolean {
    const place = this.#waiting.indexOf(one);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }
}

function compare(a: Urgency, b: Urgency): number {
  return a.severity - b.severity || a.since - b.since;
}
