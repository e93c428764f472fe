import { NameCheck } from './check-names.ts';
import { checkTemplate, type Vocabulary, visit } from './check-template.ts';
import { WITHOUT_ARGUMENTS } from './expression.ts';
import { Handlebars } from './handlebars.ts';
import { type Helpers, type Rendering, TooLargeError } from './helper.ts';
import { OUTPUT_CAP } from './limits.ts';
import { type CompileOptions, compileProgram } from './program.ts';
import { type RenderFn, rootScope } from './scope.ts';
import type { Styles } from './styles.ts';
import { TemplateError, type Warn } from './templates.ts';

/** Runs one checked template. @throws TooLargeError, or TemplateError which names the template. */
export type Run = (rendering: Rendering) => string;

const BLOCKS = new Set(['each', 'if', 'unless', 'with']);

/** What all templates of one configuration share. */
export interface Shared {
  readonly styles: Styles;
  readonly helpers: Helpers;
  /** By name; compiled when first used: most emails use few of them. */
  readonly partials: ReadonlyMap<string, PartialSource>;
  /** Inline partials that any file defines; default: none. */
  readonly slots?: ReadonlySet<string>;
}

/**
 * The template language for one configuration and one way of escaping: Handlebars' syntax, of which only the helpers
 * and blocks listed here exist. Prototypes are out of reach; loops and partials are counted.
 */
export class Environment {
  readonly #vocabulary: Vocabulary;
  readonly #options: CompileOptions;
  readonly #partials: ReadonlyMap<string, PartialSource>;
  readonly #compiled = new Map<string, RenderFn>();

  /** @param html whether `{{ }}` escapes. */
  constructor(html: boolean, { styles, helpers, partials, slots = new Set() }: Shared) {
    this.#vocabulary = {
      helpers: new Set(Object.keys(helpers)),
      blocks: BLOCKS,
      partials: new Set(partials.keys()),
      slots,
    };
    this.#options = { html, styles, helpers, partial: (name) => this.#partial(name) };
    this.#partials = partials;
  }

  /** @throws TemplateError on a syntax error, an unknown helper or an unknown partial, with the line. */
  parse(source: string, where: string): hbs.AST.Program {
    return this.#parse(source, locator(source, where));
  }

  /** Why a string is no template, with the place in it; undefined: it is one. */
  problem(source: string): string | undefined {
    try {
      this.#parse(source, (line, column) => `line ${line}${column === undefined ? '' : `, column ${column + 1}`}: `);
      return undefined;
    } catch (error) {
      if (error instanceof TemplateError) return error.message.split('\n')[0];
      throw error;
    }
  }

  #parse(source: string, at: Locator): hbs.AST.Program {
    const program = parseSource(source, at);
    checkPaths(program, source, at);
    checkTemplate(program, at, this.#vocabulary);
    return program;
  }

  /** Parses and checks now, compiles at the first run. @throws TemplateError */
  prepare(source: string, where: string, warn?: Warn): Run {
    const program = this.parse(source, where);
    if (warn) {
      const at = locator(source, where);
      new NameCheck(WITHOUT_ARGUMENTS, (line, problem) => warn(`${at(line)}${problem}`)).block(program);
    }
    return this.#runner(program, where);
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
    let write: RenderFn | undefined;
    return (rendering) => {
      write ??= compileProgram(program, this.#options);
      let output: string;
      try {
        output = write(rootScope(rendering));
      } catch (error) {
        throw runError(error, where);
      }
      if (output.length > OUTPUT_CAP) throw new TooLargeError(where);
      return output;
    };
  }

  #partial(name: string): RenderFn | undefined {
    const known = this.#compiled.get(name);
    const partial = this.#partials.get(name);
    if (known !== undefined || partial === undefined) return known;
    // Checked when it was loaded; its slots are filled by who calls it.
    const program = parseSource(partial.source, locator(partial.source, partial.where));
    const compiled = compileProgram(program, this.#options);
    this.#compiled.set(name, compiled);
    return compiled;
  }
}

function parseSource(source: string, at: Locator): hbs.AST.Program {
  try {
    return Handlebars.parse(source);
  } catch (error) {
    throw syntaxError(error, at);
  }
}

export interface PartialSource {
  readonly source: string;
  readonly where: string;
}

/** Names a place, `column` from 0, for the beginning of an error. */
type Locator = (line: number, column?: number) => string;

/**
 * `FILE:LINE: `; a string of the configuration that has one line is named by its place there alone, and is not named at
 * all where `where` is ''.
 */
function locator(source: string, where: string): Locator {
  const oneLine = !where.endsWith('.hbs') && !source.trimEnd().includes('\n');
  if (where === '') return (line) => (oneLine ? '' : `in its line ${line}: `);
  return oneLine ? () => `${where}: ` : (line) => `${where}:${line}: `;
}

/**
 * Handlebars takes `if .Status` for the path `if.Status`, which would be blank: nobody means that.
 * @throws TemplateError
 */
function checkPaths(program: hbs.AST.Program, source: string, at: Locator): void {
  const lines = source.split('\n');
  visit(program, ({ type, loc }) => {
    // What Handlebars makes up itself has no place.
    if (type !== 'PathExpression' || !loc || loc.start.line !== loc.end.line) return;
    const { start, end } = loc;
    const path = lines[start.line - 1]?.slice(start.column, end.column) ?? '';
    if (!/\s[./]/.test(path.replace(/\[[^\]]*\]/g, ''))) return;
    throw new TemplateError(`${at(start.line, start.column)}"${path}" is no path: white space stands in it`);
  });
}

function syntaxError(error: unknown, at: Locator): TemplateError {
  const message = (error as Error).message;
  const parse = /^(?:Parse|Lexical) error on line (\d+)[:.][^\n]*\n(.*)\n-*\^(?:\n.*got '(\w+)')?/s.exec(message);
  if (parse) {
    const [, line, near = '', token] = parse;
    const reason = token === 'EOF' ? 'a block or a tag is not closed' : 'this is not Handlebars';
    // The parser says where it stands in its picture of the line only.
    return new TemplateError(
      `${at(Number(line), Handlebars.Parser.lexer.yylloc.first_column)}syntax error near "${near.trim()}": ${reason}`,
    );
  }
  const located = /^(.*) - (\d+):(\d+)$/s.exec(message);
  return new TemplateError(
    located ? `${at(Number(located[2]), Number(located[3]))}${located[1]}` : `${at(1)}${message}`,
  );
}

function runError(error: unknown, where: string): Error {
  if (error instanceof TooLargeError || error instanceof TemplateError) return error;
  if (error instanceof RangeError) return new TemplateError(`${where}: a partial calls itself without end`);
  return new TemplateError(`${where}: ${(error as Error).message}`, { cause: error });
}
