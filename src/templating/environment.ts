import { checkTemplate, type Vocabulary, visit } from './check-template.ts';
import { Handlebars } from './handlebars.ts';
import { type Helper, type HelperCall, isTrue, listOf, type Rendering, TooLargeError } from './helper.ts';
import { HELPERS } from './helpers/all.ts';
import { OUTPUT_CAP, STEP_CAP } from './limits.ts';
import { TemplateError } from './templates.ts';

/** Runs one checked template. @throws TooLargeError, or TemplateError which names the template. */
export type Run = (rendering: Rendering) => string;

type HandlebarsOptions = Handlebars.HelperOptions & { data: { tocsin: Rendering } };
type Compiled = Handlebars.TemplateDelegate;

const BLOCKS = ['each', 'if', 'unless', 'with'] as const;
/** Handlebars' own inline helper that stays; `log` goes, since it writes to the console. */
const BUILT_IN = ['lookup'] as const;
const KNOWN_HELPERS = new Set<string>([...Object.keys(HELPERS), ...BUILT_IN]);
const KNOWN = Object.fromEntries([...KNOWN_HELPERS, ...BLOCKS].map((name) => [name, true]));

/**
 * One Handlebars of its own for one configuration and one way of escaping. Only the helpers listed here exist;
 * prototypes are out of reach; loops and partials are counted.
 */
export class Environment {
  readonly #handlebars = Handlebars.create();
  readonly #html: boolean;
  readonly #vocabulary: Vocabulary;

  /** @param partials name to source; compiled when first used. */
  constructor(html: boolean, partials: ReadonlyMap<string, PartialSource>) {
    this.#html = html;
    this.#vocabulary = { helpers: KNOWN_HELPERS, blocks: new Set(BLOCKS), partials: new Set(partials.keys()) };
    this.#handlebars.unregisterHelper('log');
    for (const [name, helper] of Object.entries(HELPERS)) this.#handlebars.registerHelper(name, adapt(name, helper));
    registerBlocks(this.#handlebars);
    if (!html) joinAsText(this.#handlebars);
    countPartials(this.#handlebars);
    for (const [name, { source, where }] of partials) {
      // The function stands in until the first use, when it compiles itself: most mails use few of the partials.
      let compiled: Compiled | undefined;
      this.#handlebars.registerPartial(name, (context: unknown, options?: Handlebars.RuntimeOptions) => {
        compiled ??= this.#compile(this.parse(source, where));
        return compiled(context, options);
      });
    }
  }

  /** @throws TemplateError on a syntax error, an unknown helper or an unknown partial, with the line. */
  parse(source: string, where: string): hbs.AST.Program {
    const at = locator(source, where);
    let program: hbs.AST.Program;
    try {
      program = this.#handlebars.parse(source);
    } catch (error) {
      throw syntaxError(error, at);
    }
    checkTemplate(program, at, this.#vocabulary);
    visit(program, keepDataVariable);
    return program;
  }

  /** Parses and checks now, compiles at the first run. @throws TemplateError */
  prepare(source: string, where: string): Run {
    return this.#runner(this.parse(source, where), where);
  }

  /** For a template that the project ships and tests: parsed at the first run, so that the start is quick. */
  prepareLater(source: string, where: string): Run {
    let run: Run | undefined;
    return (rendering) => {
      run ??= this.prepare(source, where);
      return run(rendering);
    };
  }

  #runner(program: hbs.AST.Program, where: string): Run {
    let compiled: Compiled | undefined;
    return (rendering) => {
      compiled ??= this.#compile(program);
      let output: string;
      try {
        output = compiled(rendering.data, {
          data: { tocsin: rendering, limits: rendering.limits },
          allowProtoMethodsByDefault: false,
          allowProtoPropertiesByDefault: false,
        });
      } catch (error) {
        throw runError(error, where);
      }
      if (output.length > OUTPUT_CAP) throw new TooLargeError(where);
      return output;
    };
  }

  #compile(program: hbs.AST.Program): Compiled {
    return this.#handlebars.compile(program, { noEscape: !this.#html, knownHelpers: KNOWN, knownHelpersOnly: true });
  }
}

export interface PartialSource {
  readonly source: string;
  readonly where: string;
}

/** Handlebars hands its options over as the last argument; our helpers get a plain list and the call. */
function adapt(name: string, helper: Helper): Handlebars.HelperDelegate {
  return function (this: unknown, ...given: unknown[]) {
    const options = given.pop() as HandlebarsOptions;
    const call: HelperCall = { hash: options.hash, rendering: options.data.tocsin, here: this };
    let result: unknown;
    try {
      result = helper(given, call);
    } catch (error) {
      throw error instanceof TooLargeError ? error : new Error(`${name}: ${(error as Error).message}`);
    }
    if (typeof result === 'string' && result.length > OUTPUT_CAP) throw new TooLargeError(name);
    return result;
  };
}

/** Blocks with Go's idea of what is true, and with loops that end. */
function registerBlocks(handlebars: typeof Handlebars): void {
  handlebars.registerHelper('if', function (this: unknown, value: unknown, options: HandlebarsOptions) {
    return isTrue(value) ? options.fn(this) : options.inverse(this);
  });
  handlebars.registerHelper('unless', function (this: unknown, value: unknown, options: HandlebarsOptions) {
    return isTrue(value) ? options.inverse(this) : options.fn(this);
  });
  handlebars.registerHelper('with', function (this: unknown, value: unknown, options: HandlebarsOptions) {
    if (!isTrue(value)) return options.inverse(this);
    return options.fn(value, { data: options.data, blockParams: [value] } as Handlebars.RuntimeOptions);
  });
  handlebars.registerHelper('each', function (this: unknown, list: unknown, options: HandlebarsOptions) {
    return isTrue(list) ? each(handlebars, list, options) : options.inverse(this);
  });
}

function each(handlebars: typeof Handlebars, list: unknown, options: HandlebarsOptions): string {
  const isList = Array.isArray(list);
  const keys = isList ? undefined : Object.keys(list as object);
  const values = listOf(list);
  let output = '';
  for (let i = 0; i < values.length; i++) {
    step(options.data.tocsin);
    const key = keys?.[i] ?? i;
    const data = handlebars.createFrame(options.data) as Record<string, unknown>;
    Object.assign(data, { key, index: i, first: i === 0, last: i === values.length - 1 });
    output += options.fn(values[i], { data, blockParams: [values[i], key] } as Handlebars.RuntimeOptions);
    if (output.length > OUTPUT_CAP) throw new TooLargeError('each');
  }
  return output;
}

/** Without escaping, Handlebars joins values by a bare `+`, which would add up numbers that stand side by side. */
function joinAsText(handlebars: typeof Handlebars): void {
  interface Compiler {
    appendToBuffer(source: unknown, location: unknown, explicit: unknown): unknown;
    compiler: unknown;
  }
  const holder = handlebars as unknown as { JavaScriptCompiler: new () => Compiler };
  class TextCompiler extends holder.JavaScriptCompiler {
    override appendToBuffer(source: unknown, location: unknown, explicit: unknown): unknown {
      return super.appendToBuffer(['"" + (', source, ')'], location, explicit);
    }
  }
  // The one that compiles the blocks of a template.
  TextCompiler.prototype.compiler = TextCompiler;
  holder.JavaScriptCompiler = TextCompiler;
}

/** Handlebars looks its run-time functions up in `VM`, so that an environment may replace one. */
function countPartials(handlebars: typeof Handlebars): void {
  interface Runtime {
    invokePartial(partial: unknown, context: unknown, options: HandlebarsOptions): unknown;
  }
  const holder = handlebars as unknown as { VM: Runtime };
  const runtime = holder.VM;
  holder.VM = {
    ...runtime,
    invokePartial(partial, context, options) {
      step(options.data.tocsin);
      return runtime.invokePartial.call(this, partial, context, options);
    },
  };
}

function step(rendering: Rendering): void {
  rendering.budget.steps += 1;
  if (rendering.budget.steps > STEP_CAP) throw new TooLargeError('steps');
}

/**
 * Handlebars takes `{{@index}}` for a call where there is a helper `index` (also `@first`, `@last`). A path that begins
 * with a dot it never takes for a call, and a data variable it looks up by its parts.
 */
function keepDataVariable(node: hbs.AST.Node): void {
  if (node.type !== 'MustacheStatement') return;
  const path = (node as hbs.AST.MustacheStatement).path as hbs.AST.PathExpression;
  if (path.data && path.original !== undefined) path.original = `./${path.original}`;
}

type Locator = (line: number) => string;

/**
 * `FILE:LINE: `; a string of the configuration that has one line is named by its place there alone, and is not named at
 * all where `where` is ''.
 */
function locator(source: string, where: string): Locator {
  const oneLine = !where.endsWith('.hbs') && !source.trimEnd().includes('\n');
  if (where === '') return (line) => (oneLine ? '' : `in its line ${line}: `);
  return oneLine ? () => `${where}: ` : (line) => `${where}:${line}: `;
}

function syntaxError(error: unknown, at: Locator): TemplateError {
  const message = (error as Error).message;
  const parse = /^(?:Parse|Lexical) error on line (\d+)[:.][^\n]*\n(.*)\n-*\^(?:\n.*got '(\w+)')?/s.exec(message);
  if (parse) {
    const [, line, near = '', token] = parse;
    const reason = token === 'EOF' ? 'a block or a tag is not closed' : 'this is not Handlebars';
    return new TemplateError(`${at(Number(line))}syntax error near "${near.trim()}": ${reason}`);
  }
  const located = /^(.*) - (\d+):\d+$/s.exec(message);
  return new TemplateError(located ? `${at(Number(located[2]))}${located[1]}` : `${at(1)}${message}`);
}

function runError(error: unknown, where: string): Error {
  if (error instanceof TooLargeError || error instanceof TemplateError) return error;
  if (error instanceof RangeError) return new TemplateError(`${where}: a partial calls itself without end`);
  return new TemplateError(`${where}: ${(error as Error).message}`, { cause: error });
}
