/** Deepest nesting that is kept: readers and JSON.stringify may then recurse. */
const DEEPEST = 32;
/** What a value costs beside its text, in characters: about what it takes in memory. */
const CONTAINER_COST = 64;
const SCALAR_COST = 8;

/**
 * Copies plain JSON for keeping, within a budget of characters. Strings of the copy are well-formed, and a member named
 * `__proto__` is only a member. What does not fit is left out and counted.
 */
export class BoundedCopy {
  readonly #longestText: number;
  #left: number;
  #omitted = 0;

  /** @param budget characters that the copies made by this object may hold together. @param longestText of one string. */
  constructor(budget: number, longestText = 65_536) {
    this.#left = budget;
    this.#longestText = longestText;
  }

  /** Characters of the budget that are left. */
  get left(): number {
    return Math.max(0, this.#left);
  }

  /** Strings cut, members and items left out so far (a member left out counts once, whatever it holds). */
  get omitted(): number {
    return this.#omitted;
  }

  /** @returns the copy, or undefined where nothing of the value could be kept. */
  copy(value: unknown, depth = 0): unknown {
    if (this.#left <= 0 || depth > DEEPEST) {
      this.#omitted++;
      return undefined;
    }
    const container = typeof value === 'object' && value !== null;
    this.#left -= container ? CONTAINER_COST : SCALAR_COST;
    if (container) return Array.isArray(value) ? this.#list(value, depth) : this.#object(value, depth);
    return typeof value === 'string' ? this.#text(value) : value;
  }

  #text(text: string): string {
    const kept = text.slice(0, Math.min(this.#longestText, this.left));
    if (kept.length < text.length) this.#omitted++;
    this.#left -= kept.length;
    return kept.toWellFormed();
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const kept: unknown[] = [];
    for (let i = 0; i < list.length; i++) {
      if (this.#left <= 0) {
        this.#omitted += list.length - i;
        break;
      }
      const item = this.copy(list[i], depth + 1);
      if (item !== undefined) kept.push(item);
    }
    return kept;
  }

  #object(object: object, depth: number): Record<string, unknown> {
    const kept: [string, unknown][] = [];
    for (const [name, value] of Object.entries(object)) {
      const fits = name.length <= Math.min(this.#longestText, this.#left);
      if (!fits) {
        this.#omitted++;
        continue;
      }
      this.#left -= name.length;
      const member = this.copy(value, depth + 1);
      if (member !== undefined) kept.push([name.toWellFormed(), member]);
    }
    return Object.fromEntries(kept);
  }
}
