import { isObject } from '../../json.ts';
import type { NamespaceRef } from '../../subject.ts';

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
  /** Under each of its names; where several namespaces have one name, it means none of them. */
  #named = new Map<string, Kept | Set<Kept>>();

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
      if (found instanceof Set) return undefined;
      if (found) return found.annotations.get(key);
    }
    return undefined;
  }

  /** An empty table for the same annotations, to be filled and handed to `replace`. */
  empty(): NamespaceTable {
    return new NamespaceTable(this.#wanted);
  }

  /** Takes over all that another table knows in place of its own; the other is not to be used afterwards. */
  replace(other: NamespaceTable): void {
    this.#all = other.#all;
    this.#named = other.#named;
  }

  put({ annotations, ...ref }: Namespace): void {
    this.remove(ref);
    if (this.#all.size >= MAX_NAMESPACES) return;
    const wanted = new Map<string, string>();
    for (const key of this.#wanted) {
      const value = isObject(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
      if (typeof value === 'string') wanted.set(key, value.slice(0, MAX_VALUE));
    }
    const kept = { ...ref, annotations: wanted };
    this.#all.set(keyOf(ref), kept);
    for (const name of namesOf(kept)) this.#addName(name, kept);
  }

  remove(namespace: NamespaceRef): void {
    const key = keyOf(namespace);
    const kept = this.#all.get(key);
    if (!kept) return;
    this.#all.delete(key);
    for (const name of namesOf(kept)) this.#removeName(name, kept);
  }

  #addName(name: string, kept: Kept): void {
    const others = this.#named.get(name);
    if (others instanceof Set) others.add(kept);
    else this.#named.set(name, others ? new Set([others, kept]) : kept);
  }

  #removeName(name: string, kept: Kept): void {
    const all = this.#named.get(name);
    if (!(all instanceof Set)) {
      this.#named.delete(name);
      return;
    }
    all.delete(kept);
    const [last] = all;
    if (all.size === 1 && last) this.#named.set(name, last);
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
