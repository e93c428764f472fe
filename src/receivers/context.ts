import type { Directory } from '../directory/directory.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Templates } from '../templating/templates.ts';
import type { Clock } from '../time/clock.ts';

/** What every receiver gets besides its own configuration. */
export interface ReceiverContext {
  readonly templates: Templates;
  readonly directory: Directory;
  /** `--web.external-url`, no trailing slash. */
  readonly externalURL: string;
  /** Tocsin's own. */
  readonly version: string;
  /** The Alertmanager whose behaviour this is: what the User-Agent says. */
  readonly alertmanagerVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
