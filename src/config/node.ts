/** Where something stands in the file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The file as a tree: every scalar keeps its text, every node its place. Aliases share one node. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode extends Position {
  readonly kind: 'scalar';
  readonly text: string;
  /** Not quoted and not tagged as text, so that `true`, `1` and `null` mean what they look like. */
  readonly plain: boolean;
}

export interface SequenceNode extends Position {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface MappingNode extends Position {
  readonly kind: 'mapping';
  /** Unique by key text; merge keys (`<<`) are resolved. */
  readonly entries: readonly MappingEntry[];
}

export interface MappingEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

/** `key:`, `~` and plain `null` mean that a key is not set, as in Go's YAML. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text);
}
