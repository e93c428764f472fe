import { isObject } from '../sources/json.ts';
import type { NamespaceRef } from '../sources/subject.ts';

/** A namespace with all its annotations, as an API tells of it. */
export interface Namespace extends NamespaceRef {
  /** Hostile. */
  readonly annotations: unknown;
}

/** Namespaces that are kept; no installation comes near it. */
const MAX_NAMESPACES = 100_000;
/** Characters kept of one value. */
const MAX_VALUE = 8_192;

type Kept = NamespaceRef & { readonly annotations: ReadonlyMap<string, string> };

/** What is known of namespaces: of their annotations only those that somebody asks for. */
export class NamespaceTable {
  readonly #wanted: ReadonlySet<string>;
  #all = new Map<string, Kept>();
  /** Under each of its names; more than one namespace of a name is nobody's. */
  #named = new Map<string, Kept | 'ambiguous'>();

  /** @param wanted keys of annotations */
  constructor(wanted: Iterable<string>) {
    this.#wanted = new Set(wanted);
  }

  get size(): number {
    return this.#all.size;
  }

  /** By uid and name in its cluster, as far as both sides know them. undefined: no such namespace or annotation. */
  annotation(ref: NamespaceRef, key: string): string | undefined {
    for (const name of namesOf(ref)) {
      const found = this.#named.get(name);
      if (found === 'ambiguous') return undefined;
      if (found) return found.annotations.get(key);
    }
    return undefined;
  }

  /** Takes the place of all that was known. */
  replace(namespaces: Iterable<Namespace>): void {
    this.#all = new Map();
    for (const namespace of namespaces) this.#keep(namespace);
    this.#index();
  }

  put(namespace: Namespace): void {
    this.#keep(namespace);
    this.#index();
  }

  remove(namespace: NamespaceRef): void {
    if (this.#all.delete(keyOf(namespace))) this.#index();
  }

  #keep({ annotations, ...ref }: Namespace): void {
    const kept = new Map<string, string>();
    for (const key of this.#wanted) {
      const value = isObject(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
      if (typeof value === 'string') kept.set(key, value.slice(0, MAX_VALUE));
    }
    const key = keyOf(ref);
    this.#all.delete(key);
    if (this.#all.size < MAX_NAMESPACES) this.#all.set(key, { ...ref, annotations: kept });
  }

  #index(): void {
    this.#named = new Map();
    for (const namespace of this.#all.values()) {
      for (const name of namesOf(namespace)) {
        this.#named.set(name, this.#named.has(name) ? 'ambiguous' : namespace);
      }
    }
  }
}

function keyOf({ id, cluster, clusterId, name }: NamespaceRef): string {
  return id || JSON.stringify([clusterId || cluster, name]);
}

/** The most certain first. A name says nothing without its cluster. */
function namesOf({ name, id, cluster, clusterId }: NamespaceRef): string[] {
  return [
    ...(clusterId && name ? [JSON.stringify(['clusterId', clusterId, name])] : []),
    ...(id ? [JSON.stringify(['id', id])] : []),
    ...(cluster && name ? [JSON.stringify(['cluster', cluster, name])] : []),
  ];
}
