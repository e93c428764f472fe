import { type Expression, parseGoPipeline, UntranslatableError } from './go-expression.ts';
import type { TemplateAction } from './template-actions.ts';

interface Block {
  /** How Handlebars closes it. */
  readonly close: string;
  /** Whether `.` is something else inside. */
  readonly scoped: boolean;
}

/** Rewrites the actions of one Go template, in order, as Handlebars. Keeps track of the open blocks. */
export class GoActionTranslator {
  readonly #blocks: Block[] = [];

  /** @returns undefined where there is no direct counterpart. */
  translate(action: TemplateAction): string | undefined {
    try {
      const left = action.trimLeft ? '{{~' : '{{';
      const right = action.trimRight ? '~}}' : '}}';
      return `${left}${this.#body(action.body)}${right}`;
    } catch (error) {
      if (error instanceof UntranslatableError) return undefined;
      throw error;
    }
  }

  #body(body: string): string {
    const [keyword = ''] = /^\w*/.exec(body) ?? [];
    const rest = body.slice(keyword.length).trim();
    if (body.startsWith('/*')) return `!-- ${body.slice(2, -2).trim()} --`;
    if (keyword === 'end') return `/${this.#close()}`;
    if (keyword === 'else') return this.#else(rest);
    if (keyword === 'if') return this.#open('#if', 'if', rest, false);
    if (keyword === 'with') return this.#open('#with', 'with', rest, true);
    if (keyword === 'range') return this.#range(rest);
    if (keyword === 'template') return template(rest);
    return outer(this.#parse(body));
  }

  #open(open: string, close: string, rest: string, scoped: boolean): string {
    // Pushed even when the condition has no counterpart, so that its `end` still closes it.
    const condition = attempt(() => nested(this.#parse(rest)));
    this.#blocks.push({ close, scoped });
    return `${open} ${condition()}`;
  }

  #range(rest: string): string {
    const names = /^(?:\$(\w+)\s*,\s*)?\$(\w+)\s*:=\s*(.*)$/s.exec(rest);
    const [, index, element, list] = names ?? [undefined, undefined, undefined, rest];
    const target = attempt(() => nested(this.#parse(list as string)));
    this.#blocks.push({ close: 'each', scoped: true });
    const as = element === undefined ? '' : ` as |${index === undefined ? element : `${element} ${index}`}|`;
    return `#each ${target()}${as}`;
  }

  #else(rest: string): string {
    if (rest === '') return 'else';
    const condition = /^if\s+(.*)$/s.exec(rest)?.[1];
    if (condition === undefined) throw new UntranslatableError();
    return `else if ${nested(this.#parse(condition))}`;
  }

  #close(): string {
    const block = this.#blocks.pop();
    if (block === undefined) throw new UntranslatableError();
    return block.close;
  }

  #parse(pipeline: string): Expression {
    return parseGoPipeline(
      pipeline,
      this.#blocks.some((block) => block.scoped),
    );
  }
}

/** `template "x" .` -> `> x` */
function template(rest: string): string {
  const name = /^"([^"]+)"(?:\s+\.)?$/.exec(rest)?.[1];
  if (name === undefined || isAlertmanagersOwn(name)) throw new UntranslatableError();
  return /^[\w./-]+$/.test(name) ? `> ${name}` : `> "${name}"`;
}

function outer(expression: Expression): string {
  return typeof expression === 'string' ? expression : [expression.name, ...expression.args.map(nested)].join(' ');
}

function nested(expression: Expression): string {
  return typeof expression === 'string' ? expression : `(${outer(expression)})`;
}

/** Whether a template of this name comes with Alertmanager: Tocsin has its own in the place of those. */
export function isAlertmanagersOwn(name: string): boolean {
  return /^[a-z0-9]+\.default\.[\w.]+$|^__\w+$/.test(name);
}

/** Runs now, throws later. */
function attempt(run: () => string): () => string {
  try {
    const result = run();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
