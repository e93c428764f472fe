import type { LabelSet } from '../alert/label-set.ts';
import { matchesAll } from '../alert/matcher.ts';
import type { Config, TeamConfig } from '../config/types.ts';
import type { NamespaceDeps, NamespaceLookup, NamespaceSettings } from '../sources/namespace-lookup.ts';
import { sources as allSources } from '../sources/registry.ts';
import type { NamespaceRef } from '../sources/subject.ts';
import { sleep } from '../time/clock.ts';

/** ms that a start waits for the first answer about namespaces. No email ever waits for one. */
const MOMENT = 3_000;

/**
 * Who is responsible for what, as one configuration says: teams, and the annotations of namespaces. Look-ups are in
 * memory; what they know is kept up to date in the background between `start` and `stop`.
 */
export class Directory {
  readonly #teams: ReadonlyMap<string, TeamConfig>;
  readonly #settings: ReadonlyMap<string, NamespaceSettings>;
  readonly #wanted = new Set<string>();
  readonly #namespaces = new Map<string, { readonly key: string; readonly namespaces: NamespaceLookup }>();
  /** Sources whose namespaces a later directory has taken over. */
  readonly #shared = new Set<string>();

  constructor({ teams, sources }: Pick<Config, 'teams' | 'sources'>) {
    this.#teams = new Map(teams.map((team) => [team.name, team]));
    const settings = new Map<string, NamespaceSettings>();
    for (const source of allSources) {
      const own = source.namespaces?.(sources.get(source.name)?.options);
      if (own) settings.set(source.name, own);
    }
    this.#settings = settings;
  }

  team(name: string): TeamConfig | undefined {
    return this.#teams.get(name);
  }

  /** All teams whose matchers match, in the file's order. */
  teamsOf(labels: LabelSet): TeamConfig[] {
    return [...this.#teams.values()].filter(({ matchers }) => matchers.length > 0 && matchesAll(matchers, labels));
  }

  /**
   * The time zones that teams name for their targets of one kind, by a target's id: of several teams the first counts.
   * @param idOf of a target as the file has it; undefined: it is none
   */
  timeZones(kind: string, idOf: (target: string) => string | undefined): ReadonlyMap<string, string> {
    const zones = new Map<string, string>();
    for (const { targets, timeZone } of this.#teams.values()) {
      for (const target of timeZone === undefined ? [] : (targets.get(kind) ?? [])) {
        const id = idOf(target);
        if (id !== undefined && !zones.has(id)) zones.set(id, timeZone as string);
      }
    }
    return zones;
  }

  /** To be called before `start`: only annotations with such a key are kept. */
  wants(annotation: string): void {
    this.#wanted.add(annotation);
  }

  /** What is known of a namespace of this source's alerts now. undefined: nothing, or there is no such annotation. */
  namespaceAnnotation(source: string, namespace: NamespaceRef, key: string): string | undefined {
    return this.#namespaces.get(source)?.namespaces.annotation(namespace, key);
  }

  /**
   * Begins to learn about namespaces. Resolves when the first answers are in, or after a moment without.
   * @param previous whose knowledge is taken over where the settings are the same; to be stopped afterwards.
   */
  async start(deps: NamespaceDeps, previous?: Directory): Promise<void> {
    if (this.#wanted.size === 0) return;
    const first: Promise<void>[] = [];
    for (const [source, settings] of this.#settings) {
      const key = JSON.stringify([settings.identity, ...[...this.#wanted].sort()]);
      const known = previous ? previous.#share(source, key) : undefined;
      const namespaces = known ?? settings.open(this.#wanted, deps);
      this.#namespaces.set(source, { key, namespaces });
      first.push(namespaces.start(source, deps));
    }
    const moment = new AbortController();
    await Promise.race([Promise.all(first), sleep(deps.clock, MOMENT, moment.signal).catch(() => {})]);
    moment.abort();
  }

  stop(): void {
    for (const [source, { namespaces }] of this.#namespaces) if (!this.#shared.has(source)) namespaces.stop();
  }

  /** Still serves look-ups here, but is no longer this one's to stop. */
  #share(source: string, key: string): NamespaceLookup | undefined {
    const own = this.#namespaces.get(source);
    if (own?.key !== key) return undefined;
    this.#shared.add(source);
    return own.namespaces;
  }
}
