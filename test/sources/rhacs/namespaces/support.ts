import type { Attributes, Logger } from '../../../../src/log/logger.ts';
import { Metrics } from '../../../../src/metrics/metrics.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** What a directory lives in: a clock that stands still, metrics, a log that is kept, and no chance. */
export class TestWorld {
  readonly clock = new FakeClock('2026-03-01T08:00:00Z');
  readonly metrics = new Metrics();
  readonly logged: string[] = [];
  /** Waits are exactly as long as they are meant. */
  readonly random = (): number => 0.5;
  readonly logger: Logger;

  constructor() {
    const log =
      (level: string) =>
      (message: string, { err, source }: Attributes = {}): void => {
        this.logged.push(`${level} ${source}: ${message}${err instanceof Error ? `: ${err.message}` : ''}`);
      };
    this.logger = { debug() {}, info: log('info'), warn: log('warn'), error: log('error'), child: () => this.logger };
  }

  /** A metric's sample, e.g. `tocsin_namespaces{source="rhacs"}`. */
  async sample(name: string): Promise<string | undefined> {
    const lines = (await this.metrics.text()).split('\n');
    return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  }

  /** How often reading the namespaces has failed so far. */
  async failures(): Promise<number> {
    return Number((await this.sample('tocsin_namespace_refreshes_total{source="rhacs",outcome="failure"}')) ?? 0);
  }

  /** Lets real sockets do their work, `step` ms of the clock at a time, until something is so. */
  async until(isSo: () => boolean | Promise<boolean>, step = 0): Promise<void> {
    while (!(await isSo())) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await this.clock.advance(step);
    }
  }
}
