import { escapeHtml, escapeUnquoted } from './escape-html.ts';
import {
  compileCall,
  compileExpression,
  compileHash,
  type Evaluate,
  helperName,
  type KnownNames,
  literalOf,
  pathOf,
} from './expression.ts';
import { type Helpers, isTrue, listOf, type Rendering, SafeHtml, TooLargeError, textOf } from './helper.ts';
import { OUTPUT_CAP, STEP_CAP } from './limits.ts';
import { aboveOf, type Names, type RenderFn, type Scope, within } from './scope.ts';
import type { Styles } from './styles.ts';

/** What a template is compiled for. */
export interface CompileOptions {
  /** Whether `{{ }}` escapes. */
  readonly html: boolean;
  readonly styles: Styles;
  readonly helpers: Helpers;
  /** A partial by its name, undefined where there is none; asked when a template runs. */
  partial(name: string): RenderFn | undefined;
}

type Program = hbs.AST.Program;
type BlockStatement = hbs.AST.BlockStatement;
type PartialCall = Omit<hbs.AST.PartialStatement, 'type'> & { readonly program?: Program };
/** Text that is always the same, or what has to run. */
type Piece = string | RenderFn;

/**
 * Turns the tree that Handlebars parsed into functions. Handlebars' own compiler makes JavaScript of each template,
 * which V8 then has to warm up one by one and which looks everything up at run time: that took half of a mail's time.
 * These few functions serve all templates, constant text is joined beforehand, and no source code is ever made.
 */
export function compileProgram(program: Program, options: CompileOptions): RenderFn {
  return new Compiler(options).program(program, { helpers: options.helpers, blockParams: [] });
}

/** The end of a text after which a value would be an attribute without quotes. */
const UNQUOTED_ATTRIBUTE = /<[a-z][^<>]*\s[\w:-]+\s*=\s*$/i;

class Compiler {
  readonly #options: CompileOptions;

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  program(program: Program | undefined, known: KnownNames): RenderFn {
    return this.#compile(program, known).write;
  }

  #compile(program: Program | undefined, known: KnownNames): Compiled {
    const pieces: Piece[] = [];
    const inlines = new Map<string, RenderFn>();
    for (const statement of program?.body ?? []) {
      if (statement.type === 'DecoratorBlock') {
        const { params, program: body } = statement as hbs.AST.DecoratorBlock;
        inlines.set(String(literalOf(params[0] as hbs.AST.Expression)), this.program(body, known));
        continue;
      }
      const last = pieces.at(-1);
      const isUnquoted = typeof last === 'string' && UNQUOTED_ATTRIBUTE.test(last);
      const piece = this.#statement(statement, known, isUnquoted);
      if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
      else if (piece !== '') pieces.push(piece);
    }
    const write = join(pieces);
    if (inlines.size === 0) return { write, inlines };
    return {
      inlines,
      write: (scope) => {
        const { above, names } = scope;
        const inline = new Map(scope.inline);
        for (const [name, write] of inlines) inline.set(name, { write, above, names, inline });
        return write({ ...scope, inline });
      },
    };
  }

  /** @param isUnquoted whether it is the beginning of an attribute's value without quotes. */
  #statement(node: hbs.AST.Statement, known: KnownNames, isUnquoted: boolean): Piece {
    switch (node.type) {
      case 'ContentStatement':
        return (node as hbs.AST.ContentStatement).value;
      case 'MustacheStatement':
        return this.#mustache(node as hbs.AST.MustacheStatement, known, isUnquoted);
      case 'BlockStatement':
        return this.#block(node as BlockStatement, known);
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.#partial(node as unknown as PartialCall, known);
      default:
        // Comments.
        return '';
    }
  }

  #mustache(node: hbs.AST.MustacheStatement, known: KnownNames, isUnquoted: boolean): Piece {
    const { html, styles } = this.#options;
    const name = helperName(node, known);
    if (name === 'styles') return styles.head;
    if (name === 'css' && node.params.every(({ type }) => type === 'StringLiteral')) {
      return styles.attributes(node.params.map((param) => String(literalOf(param))));
    }
    const value = compileCall(node, known);
    if (!html || !node.escaped) return (scope) => textOf(value(scope));
    return isUnquoted ? (scope) => escapeUnquoted(textOf(value(scope))) : (scope) => escaped(value(scope));
  }

  #block(node: BlockStatement, known: KnownNames): RenderFn {
    const [param] = node.params;
    const { original } = pathOf(node);
    // Without a parameter it is the section of a value, also where a helper has the same name.
    const value = compileExpression(param ?? pathOf(node), known);
    const otherwise = this.program(node.inverse, known);
    if (param && (original === 'if' || original === 'unless')) {
      const body = this.program(node.program, known);
      const [whenTrue, whenFalse] = original === 'if' ? [body, otherwise] : [otherwise, body];
      const options = compileHash(node.hash, known);
      if (!options) return (scope) => (isTrue(value(scope)) ? whenTrue(scope) : whenFalse(scope));
      return (scope) => {
        const condition = value(scope);
        const isZero = condition === 0 && isTrue(options(scope).includeZero);
        return isZero || isTrue(condition) ? whenTrue(scope) : whenFalse(scope);
      };
    }
    const names = node.program?.blockParams ?? [];
    const inner = names.length > 0 ? { ...known, blockParams: [names, ...known.blockParams] } : known;
    const body = this.program(node.program, inner);
    const run = !param ? section : original === 'each' ? each : withValue;
    return (scope) => run(scope, value(scope), { body, otherwise, named: names.length > 0 });
  }

  #partial(node: PartialCall, known: KnownNames): RenderFn {
    const nameOf = partialName(node, known);
    const [param] = node.params;
    const contextOf: Evaluate = param ? compileExpression(param, known) : ({ context }) => context;
    const hashOf = compileHash(node.hash, known);
    const body = node.program && this.#compile(node.program, known);
    const call = (scope: Scope): string => {
      step(scope.rendering);
      const context = contextOf(scope);
      const called = hashOf ? { ...(context as object), ...hashOf(scope) } : context;
      const name = nameOf(scope);
      const output = this.#run(name, scope, called, body);
      if (output.length > OUTPUT_CAP) throw new TooLargeError(name);
      return output;
    };
    return node.indent ? (scope) => indented(call(scope), node.indent) : call;
  }

  /** A partial sees its context and what is passed on: the loop, the block of the layout, inline partials. */
  #run(name: string, caller: Scope, context: unknown, body: Compiled | undefined): string {
    const { rendering, loop, names } = caller;
    const given = body && { write: body.write, scope: caller };
    const block = given ?? caller.block;
    let { inline } = caller;
    if (body && body.inlines.size > 0) {
      const added = new Map(inline);
      // One that takes the place of a partial may still call that partial.
      for (const [name, write] of body.inlines) added.set(name, { write, above: caller, names, inline });
      inline = added;
    }
    const local = inline?.get(name);
    if (local) return local.write({ ...local, rendering, context, above: aboveOf(local.above, context), loop, block });
    const partial = name === '@partial-block' ? undefined : this.#options.partial(name);
    if (partial) return partial({ rendering, context, above: undefined, names: undefined, loop, block, inline });
    // What stands in `{{#> @partial-block}}` is for where no block is given.
    const found = name === '@partial-block' ? (caller.block ?? given) : given;
    if (!found) throw new Error(`The partial ${name} could not be found`);
    return found.write({ ...found.scope, context, above: aboveOf(found.scope, context), loop });
  }
}

/** A program, and by name the inline partials that are defined in it. */
interface Compiled {
  readonly write: RenderFn;
  readonly inlines: ReadonlyMap<string, RenderFn>;
}

/** A name, or a call that gives one: `{{> (lookup . "which")}}`. */
function partialName({ name }: PartialCall, known: KnownNames): (scope: Scope) => string {
  if (name.type === 'SubExpression') {
    const value = compileExpression(name, known);
    return (scope) => textOf(value(scope));
  }
  const fixed = String((name as hbs.AST.PathExpression).original);
  return () => fixed;
}

function join(pieces: readonly Piece[]): RenderFn {
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'function') return only;
  return (scope) => {
    let output = '';
    for (const piece of pieces) output += typeof piece === 'string' ? piece : piece(scope);
    return output;
  };
}

function escaped(value: unknown): string {
  return value instanceof SafeHtml ? value.toHTML() : escapeHtml(textOf(value));
}

/** The branches of a block. */
interface Branches {
  readonly body: RenderFn;
  readonly otherwise: RenderFn;
  /** Whether there is `as |name|`. */
  readonly named: boolean;
}

function withValue(scope: Scope, value: unknown, { body, otherwise, named }: Branches): string {
  return isTrue(value) ? body(within(scope, value, namesOf(scope, named, [value]))) : otherwise(scope);
}

function each(scope: Scope, list: unknown, { body, otherwise, named }: Branches): string {
  // Not of a text or a number: there is nothing to go through.
  if (typeof list !== 'object' || !isTrue(list)) return otherwise(scope);
  const keys = Array.isArray(list) ? undefined : Object.keys(list as object);
  const values = listOf(list);
  let output = '';
  for (let index = 0; index < values.length; index++) {
    step(scope.rendering);
    const key = keys?.[index] ?? index;
    const value = values[index];
    const loop = { key, index, first: index === 0, last: index === values.length - 1, outer: scope.loop };
    output += body(within(scope, value, namesOf(scope, named, [value, key]), loop));
    if (output.length > OUTPUT_CAP) throw new TooLargeError('each');
  }
  return output;
}

/** `{{#labels}}...{{/labels}}`: a list is gone through, anything else that there is becomes the context. */
function section(scope: Scope, value: unknown, branches: Branches): string {
  if (value === undefined || value === null || value === false) return branches.otherwise(scope);
  if (Array.isArray(value)) return each(scope, value, branches);
  return branches.body(within(scope, value === true ? scope.context : value, namesOf(scope, branches.named, [])));
}

function namesOf(scope: Scope, named: boolean, values: readonly unknown[]): Names | undefined {
  return named ? { values, outer: scope.names } : scope.names;
}

/** A partial that stands alone on its line is indented as its call is. */
function indented(text: string, indent: string): string {
  const lines = text.split('\n').map((line, i, all) => (line === '' && i === all.length - 1 ? '' : indent + line));
  return lines.join('\n');
}

function step(rendering: Rendering): void {
  rendering.budget.steps += 1;
  if (rendering.budget.steps > STEP_CAP) throw new TooLargeError('steps');
}
