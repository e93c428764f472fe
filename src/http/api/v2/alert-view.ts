import type { AlertRecord } from '../../../alert/alert-record.ts';
import type { Matcher } from '../../../alert/matcher.ts';
import type { HttpDeps } from '../../deps.ts';
import type { AlertStatus } from './alert-json.ts';
import type { Query } from './params.ts';
import type { RequestMatchers } from './request-matchers.ts';

const NOTHING: readonly string[] = [];

/** Which alerts a GET of alerts or groups shows, and how each stands at the moment of the question. */
export class AlertView {
  readonly #deps: HttpDeps;
  readonly #now: number;
  readonly #matchers: RequestMatchers;
  readonly #filter: readonly Matcher[];
  readonly #active: boolean;
  readonly #silenced: boolean;
  readonly #inhibited: boolean;

  /** Reads `filter`, `active`, `silenced` and `inhibited`. @throws HttpError 400 */
  constructor(deps: HttpDeps, query: Query, matchers: RequestMatchers) {
    this.#deps = deps;
    this.#now = deps.clock.now();
    this.#matchers = matchers;
    this.#filter = matchers.filter();
    this.#active = query.flag('active');
    this.#silenced = query.flag('silenced');
    this.#inhibited = query.flag('inhibited');
  }

  /** Whether it is not over and has the labels that are asked for. @throws HttpError 400 where that takes too long */
  passes({ alert, labels }: AlertRecord): boolean {
    return alert.endsAt >= this.#now && this.#matchers.matchesAll(this.#filter, labels);
  }

  /** Of an alert that passes. @returns undefined where it is not to be shown. */
  status(record: AlertRecord, mutedBy: readonly string[] = NOTHING): AlertStatus | undefined {
    const inhibitedBy = this.#deps.inhibitor.mutes(record.labels, this.#now);
    const silencedBy = this.#deps.silences.mutes(record.labels, this.#now);
    const suppressed = inhibitedBy.length > 0 || silencedBy.length > 0;
    if (!this.#active && !suppressed) return undefined;
    if (!this.#silenced && silencedBy.length > 0) return undefined;
    if (!this.#inhibited && inhibitedBy.length > 0) return undefined;
    return { inhibitedBy, silencedBy, mutedBy };
  }
}
