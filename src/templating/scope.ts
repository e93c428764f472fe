import type { Rendering } from './helper.ts';

/** A compiled template, or a piece of one: its text at a place. */
export type RenderFn = (scope: Scope) => string;

/** Where a template stands while it runs: what `this`, `..`, `@index` and the names of `as |name|` mean there. */
export interface Scope {
  readonly rendering: Rendering;
  /** `this` */
  readonly context: unknown;
  /** `..`: the scope around that has another context. A partial sees none but its own. */
  readonly above: Scope | undefined;
  readonly names: Names | undefined;
  readonly loop: Loop | undefined;
  /** `{{> @partial-block}}` */
  readonly block: Block | undefined;
  /** By name: partials of `{{#*inline}}`. */
  readonly inline: ReadonlyMap<string, Inline> | undefined;
}

/** What `as |value key|` names, innermost first. */
export interface Names {
  readonly values: readonly unknown[];
  readonly outer: Names | undefined;
}

/** A turn of `each`: `@key`, `@index`, `@first`, `@last`; `@../index` is of the loop around. */
interface Loop {
  readonly key: unknown;
  readonly index: number;
  readonly first: boolean;
  readonly last: boolean;
  readonly outer: Loop | undefined;
}

/** What stands between `{{#> layout}}` and `{{/layout}}`, and where. */
export interface Block {
  readonly write: RenderFn;
  readonly scope: Scope;
}

/** An inline partial: what it sees is around its definition, not around its call. */
interface Inline extends Pick<Scope, 'above' | 'names' | 'inline'> {
  readonly write: RenderFn;
}

/** The scope of a whole template. */
export function rootScope(rendering: Rendering): Scope {
  return {
    rendering,
    context: rendering.data,
    above: undefined,
    names: undefined,
    loop: undefined,
    block: undefined,
    inline: undefined,
  };
}

/** The scope of a block with this context. */
export function within(scope: Scope, context: unknown, names = scope.names, loop = scope.loop): Scope {
  const { rendering, block, inline } = scope;
  return { rendering, context, above: aboveOf(scope, context), names, loop, block, inline };
}

/** What `..` is in a block that stands in `scope`: a block that leaves the context as it is does not count. */
export function aboveOf(scope: Scope | undefined, context: unknown): Scope | undefined {
  return scope?.context === context ? scope?.above : scope;
}

/** A data variable, `@name`; undefined where there is none. */
export function dataVariable(scope: Scope, name: string, depth: number): unknown {
  switch (name) {
    case 'root':
      return scope.rendering.data;
    case 'tocsin':
      return scope.rendering;
    case 'limits':
      return scope.rendering.limits;
    case 'partial-block':
      return scope.block === undefined ? undefined : true;
    case 'key':
    case 'index':
    case 'first':
    case 'last': {
      let loop = scope.loop;
      for (let i = 0; i < depth; i++) loop = loop?.outer;
      return loop?.[name];
    }
    default:
      return undefined;
  }
}
