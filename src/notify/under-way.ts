import { encodeLogKey, type LogKey } from './log-key.ts';

interface Run {
  readonly key: LogKey;
  /** The alerts that it is about, by `alertIdentity`. */
  readonly identities: ReadonlySet<string>;
  readonly done: Promise<void>;
}

/** What is being sent at this moment, over all configurations, so that nobody is notified of the same twice. */
export class UnderWay {
  readonly #runs = new Map<string, Run>();
  /** Those of configurations that were replaced since. */
  readonly #replaced = new Set<Run>();

  has(key: LogKey): boolean {
    return this.#runs.has(encodeLogKey(key));
  }

  begin(key: LogKey, identities: ReadonlySet<string>): { isReplaced(): boolean; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const name = encodeLogKey(key);
    const run = { key, identities, done: promise };
    this.#runs.set(name, run);
    return {
      isReplaced: () => this.#replaced.has(run),
      end: () => {
        this.#runs.delete(name);
        this.#replaced.delete(run);
        resolve();
      },
    };
  }

  /** Another configuration comes into force. */
  replaceAll(): void {
    for (const run of this.#runs.values()) this.#replaced.add(run);
  }

  /** What a replaced configuration is sending, under another key, to the same target about some of these alerts. */
  replaced(key: LogKey, identities: () => ReadonlySet<string>): readonly Promise<void>[] {
    if (this.#replaced.size === 0) return [];
    const same = [...this.#replaced].filter(
      (run) =>
        run.key.kind === key.kind &&
        run.key.identity === key.identity &&
        run.key.target === key.target &&
        encodeLogKey(run.key) !== encodeLogKey(key) &&
        !run.identities.isDisjointFrom(identities()),
    );
    return same.map(({ done }) => done);
  }
}
