import type { Config } from '../config/types.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { sources } from '../sources/registry.ts';
import type { Watch, WatchDeps } from '../sources/watch.ts';
import type { Clock } from '../time/clock.ts';
import type { Engine } from './engine.ts';

export interface SourceWatchesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Asks the senders that the running configuration names what became of the alerts that the engine holds. */
export class SourceWatches {
  readonly #engine: Engine;
  readonly #deps: SourceWatchesDeps;
  #watches: readonly Watch[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, deps: SourceWatchesDeps) {
    this.#engine = engine;
    this.#deps = deps;
  }

  /** Goes on as another configuration says. */
  follow(config: Pick<Config, 'sources'>): void {
    const old = this.#watches;
    this.#watches = sources.flatMap((source) => {
      const watch = source.watch?.(config.sources.get(source.name)?.options, this.#depsOf(source.name));
      return watch ? [watch] : [];
    });
    this.#last = Promise.all([this.#last, ...old.map((watch) => watch.stop())]);
    for (const watch of this.#watches) watch.start();
  }

  /** Asks no more, and ends what is under way. */
  async stop(): Promise<void> {
    await Promise.all([this.#last, ...this.#watches.map((watch) => watch.stop())]);
  }

  #depsOf(source: string): WatchDeps {
    const engine = this.#engine;
    return {
      ...this.#deps,
      logger: this.#deps.logger.child({ source }),
      lasting: () => engine.intake.lasting(source),
      end: (endings) => engine.receive([], source, endings),
      confirm: (ids) => engine.intake.confirm(ids, source),
    };
  }
}
