import type { MatcherMode } from '../alert/parse-matchers.ts';
import type { Problem } from './config-error.ts';
import { isNull, type Position, type YamlNode } from './node.ts';

/** What reading needs to know beside the node at hand, and where it puts what it finds. */
export interface ReadContext {
  /** Directory that relative paths of the file start from. */
  readonly directory: string;
  readonly mode: MatcherMode;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** A node of the file together with the way to it: what fields read from and report on. */
export class Place {
  readonly node: YamlNode;
  readonly path: string;
  readonly context: ReadContext;

  constructor(node: YamlNode, path: string, context: ReadContext) {
    this.node = node;
    this.path = path;
    this.context = context;
  }

  get isNull(): boolean {
    return isNull(this.node);
  }

  /** The place of a key's value, or undefined where this is no mapping or the key is absent or null. */
  at(key: string): Place | undefined {
    if (this.node.kind !== 'mapping') return undefined;
    const entry = this.node.entries.find((candidate) => candidate.key.text === key);
    return entry === undefined || isNull(entry.value) ? undefined : this.child(key, entry.value);
  }

  /** The first of these keys that is set; else the place itself. For reporting on a combination of keys. */
  near(...keys: readonly string[]): Place {
    for (const key of keys) {
      const place = this.at(key);
      if (place !== undefined) return place;
    }
    return this;
  }

  /** Whether a key is absent, null or an empty text. A key that is there but wrong has been reported already. */
  lacks(key: string): boolean {
    const node = this.at(key)?.node;
    return node === undefined || (node.kind === 'scalar' && node.text === '');
  }

  /** The places of a list's items; none where this is no list. */
  items(): Place[] {
    if (this.node.kind !== 'sequence') return [];
    return this.node.items.map((node, i) => new Place(node, `${this.path}[${i}]`, this.context));
  }

  child(key: string, node: YamlNode): Place {
    const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return new Place(node, this.path === '' ? step : `${this.path}.${step}`, this.context);
  }

  /** Takes down an error; `position` when it is not the node's own. */
  report(message: string, position: Position = this.node): void {
    this.context.problems.push({ line: position.line, column: position.column, path: this.path, message });
  }

  warn(message: string, position: Position = this.node): void {
    this.context.warnings.push({ line: position.line, column: position.column, path: this.path, message });
  }
}
