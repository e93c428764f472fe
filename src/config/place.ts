import type { MatcherMode } from '../alert/parse-matchers.ts';
import type { Problem } from './config-error.ts';
import { isNull, type Position, type YamlNode } from './node.ts';
import type { TemplateLanguage } from './types.ts';

/** What reading needs to know beside the node at hand, and where it puts what it finds. */
export interface ReadContext {
  /** Directory that relative paths of the file start from. */
  readonly directory: string;
  readonly mode: MatcherMode;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** The language of the file's templates, once `global` is read. */
  templateLanguage?: TemplateLanguage;
  /** What can only be judged by whoever knows the templates. */
  readonly templates: TemplateUse[];
  /** Paths that should lead to something. */
  readonly paths: PathUse[];
}

/** Where in the file something stands. */
export type Whereabouts = Omit<Problem, 'message'>;

/** A template string of the file, or (`mail`) the name of a folder under templates/. */
export interface TemplateUse extends Whereabouts {
  readonly kind: 'text' | 'html' | 'secret' | 'mail';
  readonly text: string;
}

/** The path of a file that is read later, or one of `templates`. */
export interface PathUse extends Whereabouts {
  readonly kind: 'file' | 'glob';
  /** As used: absolute, or relative to the working directory. */
  readonly target: string;
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

  /** The same place, where the files and templates that it names are not looked at: for what has no effect. */
  unsupported(): Place {
    return new Place(this.node, this.path, { ...this.context, templates: [], paths: [] });
  }

  usesTemplate(kind: TemplateUse['kind'], text: string, { line, column }: Position = this.node): void {
    if (kind === 'mail' || text.includes('{{')) {
      this.context.templates.push({ line, column, path: this.path, kind, text });
    }
  }

  usesPath(kind: PathUse['kind'], target: string): void {
    const { line, column } = this.node;
    this.context.paths.push({ line, column, path: this.path, kind, target });
  }

  /** Takes down an error; `position` when it is not the node's own. */
  report(message: string, position: Position = this.node): void {
    this.context.problems.push({ line: position.line, column: position.column, path: this.path, message });
  }

  warn(message: string, position: Position = this.node): void {
    this.context.warnings.push({ line: position.line, column: position.column, path: this.path, message });
  }
}
