/** A match was given up: it would have taken too long. */
export class StepsExceededError extends Error {
  override readonly name = 'StepsExceededError';

  constructor() {
    super('the regular expression takes too long on this text');
  }
}

/** What one question may cost, in instructions looked at; some ten million take a second. */
export class StepBudget {
  #left: number;
  readonly #total: StepBudget | undefined;

  /** @param total what is taken here is taken there too. */
  constructor(steps: number, total?: StepBudget) {
    this.#left = steps;
    this.#total = total;
  }

  /** @throws StepsExceededError when nothing is left. */
  take(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new StepsExceededError();
    this.#total?.take(steps);
  }
}
