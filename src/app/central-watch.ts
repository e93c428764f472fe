import { CentralPoller } from '../central/central-poller.ts';
import type { Config } from '../config/types.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RhacsOptions } from '../sources/rhacs/config.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';

export interface CentralWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Asks the Centrals that the configuration in force names what became of the alerts that the engine holds. */
export class CentralWatch {
  readonly #engine: Engine;
  readonly #deps: CentralWatchDeps;
  #pollers: readonly CentralPoller[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, deps: CentralWatchDeps) {
    this.#engine = engine;
    this.#deps = deps;
  }

  /** Goes on as another configuration says. */
  follow({ sources }: Config): void {
    const old = this.#pollers;
    this.#pollers = [...sources].flatMap(([source, { options }]) => {
      const { central } = (options ?? {}) as Partial<RhacsOptions>;
      return central ? [new CentralPoller(central, this.#pollerDeps(source))] : [];
    });
    this.#last = Promise.all([this.#last, ...old.map((poller) => poller.stop())]);
    for (const poller of this.#pollers) poller.start();
  }

  /** Asks no more, and ends what is under way. */
  async stop(): Promise<void> {
    await Promise.all([this.#last, ...this.#pollers.map((poller) => poller.stop())]);
  }

  #pollerDeps(source: string): ConstructorParameters<typeof CentralPoller>[1] {
    const engine = this.#engine;
    return {
      ...this.#deps,
      logger: this.#deps.logger.child({ component: 'central', source }),
      lasting: () => engine.intake.lasting(source),
      end: (endings) => engine.receive([], source, endings),
      confirm: (ids) => engine.intake.confirm(ids, source),
    };
  }
}
