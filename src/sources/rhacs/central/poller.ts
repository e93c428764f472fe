import type { Alert } from '../../../alert/alert.ts';
import { redactUrl } from '../../../config/url.ts';
import { sleep } from '../../../time/clock.ts';
import { parseTimestamp } from '../../../time/timestamp.ts';
import type { Watch, WatchDeps } from '../../watch.ts';
import { CentralApi } from './api.ts';
import type { CentralOptions } from './config.ts';
import { CentralError } from './error.ts';

/** Ids asked for in one request, which makes its URL some 5 kB long. */
const BATCH = 100;
/** Single alerts asked for in one round; the others wait for the next. */
const MOST_SINGLES = 100;
/** Longest waits, ms: by our own back-off, and at Central's wish. */
const LONGEST_BACKOFF = 900_000;
const LONGEST_WISH = 3_600_000;
const LONGEST_FIRST = 5_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Asks Central what became of the alerts that are held, round by round, one request at a time. What Central calls
 * resolved is over, at Central's own time. What it has deleted is over, too: if it has known the alert before, and says
 * in two rounds that there is none. Nothing else ends anything.
 */
export class CentralPoller implements Watch {
  readonly #options: CentralOptions;
  readonly #deps: WatchDeps;
  readonly #api: CentralApi;
  /** For the log. */
  readonly #url: string;
  readonly #stopped = new AbortController();
  /** Of alerts that Central has known: whether it still did at the last look. */
  readonly #known = new Map<string, 'there' | 'missing'>();
  #running: Promise<void> | undefined;
  #failure = '';
  #failures = 0;
  #warnedOfStrangers = false;

  constructor(options: CentralOptions, deps: WatchDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#api = new CentralApi(options, deps);
    this.#url = redactUrl(options.url);
  }

  start(): void {
    // There from the start, with the value that an earlier poller has left.
    this.#deps.metrics.tocsinCentralLastSuccessTimestampSeconds.inc(0);
    this.#running ??= this.#run();
  }

  /** Ends what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopped'));
    await this.#running;
    await this.#api.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const { pollInterval } = this.#options;
    let wait = Math.min(pollInterval, LONGEST_FIRST) * this.#random();
    for (;;) {
      await sleep(this.#deps.clock, wait, signal).catch(() => {});
      if (signal.aborted) return;
      wait = pollInterval * (0.9 + 0.2 * this.#random());
      try {
        await this.#round(signal);
        this.#succeeded();
      } catch (error) {
        if (signal.aborted) return;
        wait = Math.max(wait, this.#failed(error as Error));
      }
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const held = new Set(this.#deps.lasting().flatMap(askable));
    const ids = [...held];
    this.#forgetOthers(held);
    if (ids.length === 0) return this.#api.check(signal);
    let singles = MOST_SINGLES;
    let found = 0;
    for (let i = 0; i < ids.length; i += BATCH) {
      const batch = ids.slice(i, i + BATCH);
      const states = await this.#api.states(batch, signal);
      found += states.size;
      const lasting = new Set<string>();
      for (const id of batch) {
        const state = states.get(id);
        if (state === 'ACTIVE') lasting.add(id);
        const isUnclear = state === 'RESOLVED' || (state === undefined && this.#known.has(id));
        if (isUnclear && singles-- > 0 && (await this.#look(id, signal))) lasting.add(id);
      }
      for (const id of lasting) this.#known.set(id, 'there');
      await this.#deps.confirm(lasting);
    }
    this.#warnOfStrangers(ids.length, found);
  }

  /** Asks for one alert, and ends it if it has ended. Resolves to whether it is still active. */
  async #look(id: string, signal: AbortSignal): Promise<boolean> {
    const alert = await this.#api.alert(id, signal);
    if (alert?.state === 'RESOLVED') {
      const time = parseTimestamp(alert.resolvedAt || 'none');
      await this.#deps.end([{ id, ...(time && { at: time.ms, atText: time.text }), how: 'resolved in Central' }]);
    } else if (alert === undefined && this.#known.get(id) === 'missing') {
      await this.#deps.end([{ id, how: 'deleted in Central' }]);
    } else if (alert === undefined) this.#known.set(id, 'missing');
    return alert?.state === 'ACTIVE';
  }

  #forgetOthers(held: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!held.has(id)) this.#known.delete(id);
  }

  #succeeded(): void {
    const { clock, logger, metrics } = this.#deps;
    metrics.tocsinCentralLastSuccessTimestampSeconds.set(clock.now() / 1_000);
    if (this.#failures > 0) logger.info('Central answers again', { url: this.#url });
    this.#failure = '';
    this.#failures = 0;
  }

  /** @returns how long to wait, ms. */
  #failed(error: Error): number {
    const { pollInterval } = this.#options;
    const wish = error instanceof CentralError ? Math.min(error.retryAfter ?? 0, LONGEST_WISH) : 0;
    const backoff = Math.max(pollInterval, Math.min(pollInterval * 2 ** this.#failures, LONGEST_BACKOFF));
    this.#failures++;
    const level = error.message === this.#failure ? 'debug' : 'warn';
    this.#failure = error.message;
    this.#deps.logger[level]('Polling Central failed; no alerts were closed', { url: this.#url, err: error });
    return Math.max(wish, backoff * (0.9 + 0.2 * this.#random()));
  }

  /** Central may be another than the one that sends here, or the token may not see its clusters. */
  #warnOfStrangers(asked: number, found: number): void {
    const allStrange = found === 0 && this.#known.size === 0;
    if (allStrange && !this.#warnedOfStrangers) {
      this.#deps.logger.warn(
        'Central knows none of the active alerts: check that this Central sends them and that the token can see their clusters',
        { url: this.#url, alerts: asked },
      );
    }
    this.#warnedOfStrangers = allStrange;
  }

  #random(): number {
    return (this.#deps.random ?? Math.random)();
  }
}

/** Images are checked without being kept: Central does not know such an alert. */
function askable({ labels, occurrence }: Alert): string[] {
  const id = occurrence?.id ?? '';
  return UUID.test(id) && labels.get('lifecycle_stage') !== 'build' ? [id] : [];
}
