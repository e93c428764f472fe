import { LabelSet } from '../../src/alert/label-set.ts';
import type { MatcherSpec, MatchType } from '../../src/alert/matcher.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { type Silence, type SilenceInput, Silences, type SilencesDeps } from '../../src/muting/silences.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Silences on a fake clock and a store in memory. */
export class SilenceHarness {
  readonly clock: FakeClock;
  readonly store = new MemoryStore();
  readonly metrics = new Metrics();
  silences: Silences;

  constructor(deps: Partial<SilencesDeps> = {}, start?: string) {
    this.clock = new FakeClock(start);
    this.silences = this.create(deps);
  }

  /** Silences over the same store, as after a restart. */
  create(deps: Partial<SilencesDeps> = {}): Silences {
    return new Silences({
      store: this.store,
      clock: this.clock,
      metrics: this.metrics,
      logger: nullLogger,
      retention: 120 * HOUR,
      maxSilences: 0,
      maxSizeBytes: 0,
      mode: 'fallback',
      logSilences: false,
      ...deps,
    });
  }

  /** `foo="bar"` for an hour from now, unless said otherwise. */
  input(fields: Partial<SilenceInput> = {}): SilenceInput {
    return {
      matcherSets: [[spec('foo = bar')]],
      startsAt: this.clock.now(),
      endsAt: this.clock.now() + HOUR,
      createdBy: 'ops',
      comment: 'deploy',
      annotations: LabelSet.empty,
      ...fields,
    };
  }

  set(fields: Partial<SilenceInput> = {}): Promise<string> {
    return this.silences.set(this.input(fields));
  }

  get(id: string): Silence {
    const silence = this.silences.get(id);
    if (!silence) throw new Error(`no silence ${id}`);
    return silence;
  }

  mutes(labels: Record<string, string>, now = this.clock.now()): readonly string[] {
    return this.silences.mutes(LabelSet.of(labels), now);
  }
}

/** `foo = bar` and so on: name, type and value, separated by spaces. */
export function spec(text: string): MatcherSpec {
  const [name = '', type = '=', value = ''] = text.split(' ');
  return { name, type: type as MatchType, value };
}
