/** A match was given up: it would have taken too long. */
export class StepsExceededError extends Error {
  override readonly name = 'StepsExceededError';

  constructor() {
    super('the regular expression takes too long on this text');
  }
}

/** What a larger piece of work may cost, of which a match is a part. */
export interface StepTotal {
  /** @throws Error when that is too much. */
  take(steps: number): void;
}

/** What one question may cost, in instructions looked at; some ten million take a second. */
export class StepBudget implements StepTotal {
  #left: number;
  readonly #total: StepTotal | undefined;
  /** What has been taken. */
  used = 0;

  /** @param total what is taken here is taken there too. */
  constructor(steps: number, total?: StepTotal) {
    this.#left = steps;
    this.#total = total;
  }

  /** @throws StepsExceededError when nothing is left. */
  take(steps: number): void {
    this.#left -= steps;
    this.used += steps;
    if (this.#left < 0) throw new StepsExceededError();
    this.#total?.take(steps);
  }
}
