import type { AlertInput, Ending } from '../alert/alert.ts';
import type { AlertRecord } from '../alert/alert-record.ts';
import type { LabelSet } from '../alert/label-set.ts';
import type { Config } from '../config/types.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Muter } from '../muting/muter.ts';
import type { Silences } from '../muting/silences.ts';
import type { TestReport } from '../notify/send-test.ts';
import type { TestRequest } from '../notify/test-samples.ts';
import type { Delivery } from '../notify/undelivered.ts';
import type { SteadyClock } from '../time/steady-clock.ts';

/** What the HTTP server needs of the rest; the app wires it. It reads the same state that dispatch reads. */
export interface HttpDeps {
  /** The clock that everything goes by. */
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The running configuration. */
  config(): Config;
  /** Validates, merges and makes durable; ends the alerts that the sender reports as ended. @throws StoreError when it cannot be made durable now (503, Retry-After). */
  receive(inputs: readonly AlertInput[], source: string, endings?: readonly Ending[]): Promise<Receipt>;
  alerts(): Iterable<AlertRecord>;
  /** Receiver names of the matched routes, in tree order, duplicates kept. */
  receiversOf(record: AlertRecord): readonly string[];
  groups(): Iterable<GroupView>;
  /** Read it per request: there is none before the engine has started. */
  readonly silences: Silences;
  readonly inhibitor: Muter;
  /** What is due and not delivered. */
  deliveries(): readonly Delivery[];
  /** Tries a delivery at once, also one that was set aside. Resolves to whether there is one. */
  retryDelivery(id: string): Promise<boolean>;
  /** Sends a test by every integration of a receiver. Resolves to undefined where there is no such receiver. @throws TemplateError */
  testReceiver(name: string, request: TestRequest, signal: AbortSignal): Promise<TestReport | undefined>;
  /** @throws ConfigError */
  reload(): Promise<void>;
  /** Why the service is not healthy, each a line; empty when it is. */
  troubles(): readonly string[];
}

export interface Receipt {
  readonly accepted: number;
  /** Alertmanager's validation texts of the alerts that were not taken, in order. */
  readonly rejected: readonly string[];
  /** What limits kept out, a sentence for each limit. */
  readonly dropped: readonly string[];
}

/** A live aggregation group. */
export interface GroupView {
  readonly key: string;
  readonly labels: LabelSet;
  readonly routeLabels: LabelSet;
  readonly receiver: string;
  /** Names of the time intervals that mute it at the time of the question. */
  readonly mutedBy: readonly string[];
  readonly alerts: Iterable<AlertRecord>;
}
