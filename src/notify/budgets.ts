import type { RateLimit } from '../receivers/receiver.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** What asks for a message of the budget: a digest, or a notification by whether it is critical. */
export type Claim = 'critical' | 'ordinary' | 'digest';

export interface BudgetsDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Told when a budget could not be written; it counts all the same until a restart. */
  readonly onError: (error: unknown) => void;
}

/** Bounds of the time between two digests, ms. */
const MIN_PAUSE = 60_000;
const MAX_PAUSE = 3_600_000;

/**
 * How many messages went out in each rolling window (`rate_limit`), kept over restarts. The last of a budget are for
 * what is critical: ordinary notifications stop at the reserve, digests at half of it.
 */
export class Budgets {
  readonly #deps: BudgetsDeps;
  /** By budget: when each message of the window was sent, ms, oldest first. */
  readonly #sent = new Map<string, number[]>();

  constructor(deps: BudgetsDeps) {
    this.#deps = deps;
  }

  /** @param renamed budgets of 0.1.0, which had other names: `global` and `RECEIVER/email[INDEX]` */
  async load(renamed: ReadonlyMap<string, string> = new Map()): Promise<void> {
    for (const { key, value } of await this.#deps.store.load('budgets')) {
      const name = renamed.get(key) ?? key;
      this.#sent.set(name, value as number[]);
      if (name === key) continue;
      await this.#deps.store.write([
        { table: 'budgets', key, value: undefined },
        { table: 'budgets', key: name, value },
      ]);
    }
  }

  /** Takes one message of the budget, if there is one for this claim. */
  take(key: string, limit: RateLimit, claim: Claim): boolean {
    if (this.left(key, limit) <= floorOf(limit, claim)) return false;
    this.#window(key, limit).push(this.#deps.clock.now());
    this.#write(key);
    return true;
  }

  /** Returns what was taken for a message that did not go out. */
  giveBack(key: string): void {
    this.#sent.get(key)?.pop();
    this.#write(key);
  }

  /** Messages left in the window that ends now. */
  left(key: string, limit: RateLimit): number {
    return limit.count - this.#window(key, limit).length;
  }

  /** The wall clock was set `by` ms forward: the windows move along. */
  clockJumped(by: number): void {
    for (const [key, sent] of this.#sent) {
      this.#sent.set(
        key,
        sent.map((at) => at + by),
      );
      this.#write(key);
    }
  }

  #window(key: string, { window }: RateLimit): number[] {
    const since = this.#deps.clock.now() - window;
    const sent = (this.#sent.get(key) ?? []).filter((at) => at > since);
    this.#sent.set(key, sent);
    return sent;
  }

  #write(key: string): void {
    const value = this.#sent.get(key);
    this.#deps.store.write([{ table: 'budgets', key, value }]).catch(this.#deps.onError);
  }
}

/** Messages that a claim must leave in the budget. */
function floorOf({ reserve }: RateLimit, claim: Claim): number {
  if (claim === 'critical') return 0;
  return claim === 'digest' ? Math.floor(reserve / 2) : reserve;
}

/** ms between two digests: the reserve's digests are spread over the window. */
export function digestPause({ window, reserve }: RateLimit): number {
  return Math.min(Math.max(window / Math.max(reserve, 1), MIN_PAUSE), MAX_PAUSE);
}
