import type { AlertInput } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import { Engine } from '../../src/app/engine.ts';
import { pipelineOf, registry } from '../../src/app/load.ts';
import { loadConfig } from '../../src/config/load.ts';
import { NO_ALERT_LIMITS } from '../../src/intake/alert-limits.ts';
import { nullLogger } from '../../src/log/logger.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { SteadyClock } from '../../src/time/steady-clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR = 3_600_000;

/** The `text` of email_configs that `statusLinesOf` reads. */
export const MAIL_TEXT = '{{#each alerts}}{{status}} {{labels.alertname}}\n{{/each}}';

/** `firing a`, `resolved b`: what a mail with MAIL_TEXT says. */
export function statusLinesOf(mail: { readonly parsed: { readonly text?: string | undefined } }): string[] {
  return (mail.parsed.text ?? '').trim().split('\n');
}

/** The engine of a configuration file, its mails on real sockets, its time a fake clock's. */
export class MailEngine {
  readonly clock: FakeClock;
  readonly engine: Engine;

  static async start(config: unknown, store: Store = new MemoryStore(), clock = new FakeClock()): Promise<MailEngine> {
    const mode = 'fallback';
    const loaded = loadConfig(JSON.stringify(config), { file: 'tocsin.yml', mode, ...registry });
    const base = { clock: new SteadyClock(clock), logger: nullLogger };
    const pipeline = await pipelineOf(loaded, {
      ...base,
      mode,
      externalURL: 'http://tocsin.example:9093',
      version: '0.1.0',
      alertmanagerVersion: '0.35.0',
    });
    const engine = await Engine.start(
      pipeline,
      { ...base, metrics: new Metrics(), store },
      {
        retention: 120 * HOUR,
        maintenanceInterval: HOUR / 4,
        alertsGcInterval: HOUR / 2,
        startDelay: 0,
        alertLimits: NO_ALERT_LIMITS,
        maxSilences: 0,
        maxSilenceSizeBytes: 0,
        logSilences: false,
        matcherMode: mode,
      },
    );
    return new MailEngine(engine, clock);
  }

  private constructor(engine: Engine, clock: FakeClock) {
    this.engine = engine;
    this.clock = clock;
  }

  /** Alerts named so, firing for a day or ended now. */
  async push(
    names: string,
    status: 'firing' | 'resolved' = 'firing',
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const now = this.clock.now();
    const inputs = names.split(' ').map(
      (alertname): AlertInput => ({
        labels: LabelSet.of({ alertname, ...labels }),
        annotations: LabelSet.empty,
        endsAt: status === 'firing' ? now + 24 * HOUR : now,
      }),
    );
    await this.engine.receive(inputs, 'prometheus');
  }

  /** Lets fake time pass in steps (ms), between which real sockets get some real time. */
  async pass(seconds: number, step = 1_000): Promise<void> {
    for (let left = seconds * 1_000; left > 0; left -= step) await this.#step(step);
  }

  /** Lets time pass until `isTrue`. @throws Error after an hour of it, with what the log says */
  async until(isTrue: () => boolean): Promise<void> {
    const deadline = this.clock.monotonic() + HOUR;
    while (!isTrue()) {
      if (this.clock.monotonic() > deadline) {
        throw new Error(`not within an hour: ${JSON.stringify([...this.engine.log.entries()])}`);
      }
      await this.#step(1_000);
    }
  }

  async stop(): Promise<void> {
    let stopped = false;
    const stopping = this.engine.stop(0).then(() => {
      stopped = true;
    });
    while (!stopped) await this.#step(1_000);
    await stopping;
  }

  async #step(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
