import { type Helper, type Helpers, own, TooLargeError } from './helper.ts';
import { OUTPUT_CAP } from './limits.ts';
import { dataVariable, type Scope } from './scope.ts';

type Expression = hbs.AST.Expression;
type Path = hbs.AST.PathExpression;
type Call = hbs.AST.MustacheStatement | hbs.AST.SubExpression | hbs.AST.BlockStatement;

/** A compiled expression. */
export type Evaluate = (scope: Scope) => unknown;

/** What names mean at a place of a template, as far as that is known before it runs. */
export interface KnownNames {
  readonly helpers: Helpers;
  /** The names of `as |value key|` around the place, innermost first. */
  readonly blockParams: readonly (readonly string[])[];
}

const NO_HASH = Object.freeze(Object.create(null) as Record<string, unknown>);

/** A parameter: a literal, a path or a call in brackets. */
export function compileExpression(node: Expression, known: KnownNames): Evaluate {
  if (node.type === 'SubExpression') return compileCall(node as hbs.AST.SubExpression, known);
  if (node.type === 'PathExpression') return compilePath(node as Path, known);
  const value = literalOf(node);
  return () => value;
}

/** What stands in `{{ }}`, in `( )` or behind `{{#`: a call of a helper, or a value. */
export function compileCall(node: Call, known: KnownNames): Evaluate {
  const path = pathOf(node);
  const name = helperName(node, known);
  if (name === undefined) return compilePath(path, known);
  const call = compileHelper(known.helpers[name] as Helper, name, node, known);
  return isCall(node) ? call : (scope) => own(scope.context, name) ?? call(scope);
}

/** Helpers that take no argument. A field of the same name comes first all the same. */
export const WITHOUT_ARGUMENTS: ReadonlySet<string> = new Set(['now', 'styles', 'total']);

function isCall(node: Call): boolean {
  return node.type === 'SubExpression' || node.params.length > 0 || node.hash !== undefined;
}

/**
 * The name of the helper that is called here; undefined where the path leads to a value. A helper that needs an argument
 * and gets none is no call: `{{summary}}` is the field of an annotation's name, which would otherwise be blank.
 */
export function helperName(node: Call, { helpers, blockParams }: KnownNames): string | undefined {
  const path = pathOf(node);
  const [name] = path.parts;
  if (name === undefined || !isSimple(path) || blockParams.some((names) => names.includes(name))) return undefined;
  if (!isCall(node) && !WITHOUT_ARGUMENTS.has(name)) return undefined;
  return Object.hasOwn(helpers, name) ? name : undefined;
}

/** Whether a path is a single name, which may be that of a helper. `this.name` never is. */
export function isSimple({ parts, data, depth, original }: Path): boolean {
  return parts.length === 1 && !data && depth === 0 && !/^\.|this\b/.test(original);
}

/** `{{"a name"}}` is a path, too. */
export function pathOf({ path }: Call): Path {
  if ((path as Expression).type === 'PathExpression') return path as Path;
  const original = String((path as { original?: unknown }).original);
  return { type: 'PathExpression', data: false, depth: 0, parts: [original], original, loc: (path as Expression).loc };
}

/** The value of a literal. */
export function literalOf(node: Expression): unknown {
  return node.type === 'NullLiteral' ? null : (node as { value?: unknown }).value;
}

/** Named parameters, `name=value`, as an object of their own; undefined where there are none. */
export function compileHash(
  hash: hbs.AST.Hash | undefined,
  known: KnownNames,
): ((scope: Scope) => Record<string, unknown>) | undefined {
  if (!hash) return undefined;
  const pairs = hash.pairs.map(({ key, value }) => [key, compileExpression(value, known)] as const);
  return (scope) => {
    const values = Object.create(null) as Record<string, unknown>;
    for (const [key, evaluate] of pairs) values[key] = evaluate(scope);
    return values;
  };
}

function compileHelper(helper: Helper, name: string, node: Call, known: KnownNames): Evaluate {
  const params = node.params.map((param) => compileExpression(param, known));
  const hashOf = compileHash(node.hash, known);
  return (scope) => {
    const args = params.map((param) => param(scope));
    const call = { hash: hashOf?.(scope) ?? NO_HASH, rendering: scope.rendering };
    let result: unknown;
    try {
      result = helper(args, call);
    } catch (error) {
      throw error instanceof TooLargeError ? error : new Error(`${name}: ${(error as Error).message}`);
    }
    if (typeof result === 'string' && result.length > OUTPUT_CAP) throw new TooLargeError(name);
    return result;
  };
}

function compilePath(path: Path, { blockParams }: KnownNames): Evaluate {
  const { parts, data, depth, original } = path;
  const [first, ...rest] = parts;
  if (first === undefined) return (scope) => contextAt(scope, depth);
  if (data) return (scope) => follow(dataVariable(scope, first, depth), rest);
  const scoped = depth > 0 || /^\.|this\b/.test(original);
  const level = scoped ? -1 : blockParams.findIndex((names) => names.includes(first));
  if (level >= 0) {
    const position = blockParams[level]?.indexOf(first) ?? 0;
    return (scope) => follow(named(scope, level, position), rest);
  }
  if (rest.length === 0 && depth === 0) return (scope) => own(scope.context, first);
  return (scope) => follow(contextAt(scope, depth), parts);
}

function contextAt(scope: Scope, depth: number): unknown {
  let at: Scope | undefined = scope;
  for (let i = 0; i < depth; i++) at = at?.above;
  return at?.context;
}

function named(scope: Scope, level: number, position: number): unknown {
  let names = scope.names;
  for (let i = 0; i < level; i++) names = names?.outer;
  return names?.values[position];
}

function follow(value: unknown, parts: readonly string[]): unknown {
  let at = value;
  for (const part of parts) at = own(at, part);
  return at;
}
