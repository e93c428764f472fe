/** All definitions that the strings of one configuration can call, and those strings. */
import type { Time } from '../time/go-time.ts';
import { wrongCall } from './arity.ts';
import { Budget } from './budget.ts';
import { joinStrays } from './bytes.ts';
import { reachedNames } from './calls.ts';
import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { Failure, GoTemplateError } from './errors.ts';
import { execute } from './evaluator.ts';
import { FUNCTIONS } from './functions.ts';
import { escapeForHtml, type Scripts } from './html/escape.ts';
import type { Source, Template } from './nodes.ts';
import { isEmptyTree, parseTemplates } from './parser.ts';
import { Pointer, type StringMap, type Struct } from './value.ts';

export type Mode = 'text' | 'html';

/** Renders a string with the data of a notification. The result may hold stray bytes (see bytes.ts). @throws GoTemplateError */
export type GoRender = (data: Struct | Pointer, now: Time, options?: RenderOptions) => string;

export interface RenderOptions {
  /** The value of a route label by name, '' if there is none; absent: those of the data. */
  readonly routeLabel?: (name: string) => string;
}

type Definitions = ReadonlyMap<string, Template>;

let parsed: Definitions | undefined;

/** Alertmanager's definitions, parsed when a string first needs them: a configuration without Go templates starts sooner. */
function builtIn(): Definitions {
  parsed ??= DEFAULT_TEMPLATES.reduce<Definitions>(
    (templates, source) => overlay(templates, parseTemplates(source, FUNCTIONS)),
    new Map(),
  );
  return parsed;
}

/** The built-in definitions, with those of the files over them. */
export class TemplateSet {
  /** Of the files. */
  #own: Definitions = new Map();
  /** With the built-in ones. */
  #all: Definitions | undefined;

  /**
   * @param files in their order: a later definition takes the place of an earlier one.
   * @param problem takes what is wrong with a file, which is then left out; absent: it is thrown.
   * @throws GoTemplateError
   */
  constructor(files: readonly Source[], problem?: (error: GoTemplateError, source: Source) => void) {
    for (const source of files) {
      try {
        this.#own = overlay(this.#own, parseTemplates(source, FUNCTIONS));
      } catch (error) {
        if (!problem || !(error instanceof GoTemplateError)) throw error;
        problem(error, source);
      }
    }
  }

  get #templates(): Definitions {
    this.#all ??= overlay(builtIn(), this.#own);
    return this.#all;
  }

  /** Whether a file defines the template of this name, or one that it calls. */
  redefines(name: string): boolean {
    if (this.#own.size === 0) return false;
    const reached = reachedNames(name, (called) => this.#templates.get(called));
    return [...reached].some(
      (called) => this.#own.has(called) && this.#own.get(called) === this.#templates.get(called),
    );
  }

  /** Names that a string calls, directly or not, and that nobody defines. @throws GoTemplateError */
  missingNames(text: string): string[] {
    const templates = overlay(this.#templates, parseTemplates({ name: '', text }, FUNCTIONS));
    return [...reachedNames('', (name) => templates.get(name))].filter((name) => !templates.has(name));
  }

  /** The function that a string calls with a number of arguments that it never takes. @throws GoTemplateError */
  wrongCall(text: string): string | undefined {
    return wrongCall(parseTemplates({ name: '', text }, FUNCTIONS).values(), FUNCTIONS);
  }

  /**
   * Parses a string of the configuration; what it defines counts for itself only. HTML is escaped here, once.
   * @throws GoTemplateError
   */
  prepare(text: string, mode: Mode, scripts?: Scripts): GoRender {
    if (text === '') return () => '';
    const run = this.#run(text, mode, scripts);
    return (data, now, options) => {
      const budget = new Budget();
      const labels = new RouteLabels(data, (label, routeLabel) => {
        return label === '' ? '' : this.#run(label, mode)(data, { budget, now: () => now, routeLabel });
      });
      const routeLabel = options?.routeLabel ?? ((name: string) => labels.get(name));
      return joinStrays(run(data, { budget, now: () => now, routeLabel }));
    };
  }

  #run(
    text: string,
    mode: Mode,
    scripts?: Scripts,
  ): (data: Struct | Pointer, context: Parameters<typeof execute>[0]['context']) => string {
    const source = { name: '', text };
    const own = parseTemplates(source, FUNCTIONS);
    const template = own.get('') as Template;
    const templates = overlay(this.#templates, own);
    if (mode === 'text') {
      const lookup = (name: string) => templates.get(name);
      return (data, context) => execute({ template, lookup, functions: FUNCTIONS, context }, data);
    }
    // In HTML the name counts: white space alone does not take the place of the built-in text.
    const escaped = escapeForHtml('', (name) => templates.get(name), scripts);
    const lookup = (name: string) => escaped.get(name);
    const root = escaped.get('') ?? template;
    return (data, context) => execute({ template: root, lookup, functions: FUNCTIONS, context }, data);
  }
}

/** An empty definition takes the place of no other. */
function overlay(below: Definitions, above: Definitions): Definitions {
  const templates = new Map(below);
  for (const [name, template] of above) {
    if (!templates.has(name) || !isEmptyTree(template.root)) templates.set(name, template);
  }
  return templates;
}

/** Route labels of one rendering: where they are templates, each is rendered once. */
class RouteLabels {
  readonly #labels: StringMap;
  readonly #rendered: boolean;
  readonly #render: (label: string, routeLabel: (name: string) => string) => string;
  readonly #known = new Map<string, string>();
  /** Those that are being rendered. */
  readonly #path: string[] = [];

  constructor(data: Struct | Pointer, render: (label: string, routeLabel: (name: string) => string) => string) {
    const { type, values } = data instanceof Pointer ? data.target : data;
    const field = (name: string) => values[type.fields.findIndex((candidate) => candidate.name === name)];
    this.#labels = field('RouteLabels') as StringMap;
    this.#rendered = field('routeLabelsRendered') === true;
    this.#render = render;
  }

  /** @throws Failure */
  get(name: string): string {
    const label = this.#labels.entries.get(name) as string | undefined;
    if (label === undefined || this.#rendered) return label ?? '';
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#path.includes(name)) {
      throw new Failure(`route label cycle detected: ${[...this.#path, name].join(' -> ')}`);
    }
    this.#path.push(name);
    const rendered = this.#rendering(label);
    this.#path.pop();
    this.#known.set(name, rendered);
    return rendered;
  }

  #rendering(label: string): string {
    try {
      return this.#render(label, (name) => this.get(name));
    } catch (error) {
      if (error instanceof GoTemplateError) throw new Failure(error.message);
      throw error;
    }
  }
}
