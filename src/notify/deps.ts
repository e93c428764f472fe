import type { LabelSet } from '../alert/label-set.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import type { Budgets } from './budgets.ts';
import type { Flush } from './flush.ts';
import type { Integration } from './integration.ts';
import type { Muters } from './muting-stage.ts';
import type { NotificationLog } from './notification-log.ts';
import type { UnderWay } from './under-way.ts';

export interface NotifierDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly log: NotificationLog;
  readonly budgets: Budgets;
  /** Shared by all configurations. */
  readonly underWay: UnderWay;
  /** Brings the log in line with the groups as they are now (carry-over.ts). */
  readonly carryOver: () => Promise<void>;
  readonly muters: Muters;
  /** Receiver name to its built integrations. */
  readonly integrations: ReadonlyMap<string, readonly Integration[]>;
  readonly renderRouteLabels: (flush: Flush, alerts: readonly NotifiedAlert[]) => LabelSet;
}
