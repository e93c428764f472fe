import type { JsonObject } from './json.ts';

/** What an alert is about, where its source's document shows the annotations of it. All of it is hostile text. */
export interface Subject {
  /** As readers know it, e.g. `deployment`; '' where the source knows nothing that could have annotations. */
  readonly kind: string;
  readonly annotations: JsonObject;
  readonly labels: JsonObject;
  /** undefined: in none, or its annotations say nothing of this subject. */
  readonly namespace: NamespaceRef | undefined;
}

/** A namespace as an alert names it; '' where it does not say. */
export interface NamespaceRef {
  readonly name: string;
  /** Its uid in Kubernetes. */
  readonly id: string;
  readonly cluster: string;
  readonly clusterId: string;
}
