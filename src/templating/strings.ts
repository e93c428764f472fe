import type { TemplateLanguage } from '../config/types.ts';
import { toText } from '../gotemplate/bytes.ts';
import { GoTemplateError, ScriptActionError } from '../gotemplate/errors.ts';
import type { GoRender, Mode, TemplateSet } from '../gotemplate/template-set.ts';
import { parseRfc3339, ZERO_TIME } from '../time/go-time.ts';
import { localZone } from '../time/zones.ts';
import type { Environment, Run } from './environment.ts';
import { goData } from './go-data.ts';
import { givenLanguage, goHint, looksLikeGo, looksLikeHandlebars } from './language.ts';
import { type Render, TemplateError, type Warn } from './templates.ts';

/** A string of the configuration, compiled by the language that it is in. */
export type CompiledString =
  | { readonly language: 'go'; readonly render: Render; readonly problem?: string }
  | { readonly language: 'handlebars'; readonly run: Run };

export interface Languages {
  readonly setting: TemplateLanguage;
  readonly go: TemplateSet;
  readonly handlebars: Readonly<Record<Mode, Environment>>;
}

/**
 * Decides once, at load, which engine renders each string: Go where it parses as Go and no call in it must fail by its number of
 * arguments, else Handlebars. No string that works in Alertmanager is ever read as Handlebars.
 */
export class Strings {
  readonly #languages: Languages;

  constructor(languages: Languages) {
    this.#languages = languages;
  }

  /**
   * A Go template that cannot work is no error here: Alertmanager starts with it, too. Its `problem` says what is wrong, and its render throws that.
   * @throws TemplateError for a Handlebars template that does not compile, and for an action in a script
   */
  compile(source: string, mode: Mode, where: string, warn?: Warn): CompiledString {
    const { setting, handlebars } = this.#languages;
    const given = givenLanguage(source, setting);
    const prepare = (): CompiledString => {
      return { language: 'handlebars', run: handlebars[mode].prepare(source, where, warn) };
    };
    if (given === 'handlebars') return prepare();
    const problem = this.#goProblem(source);
    if (given === 'go' || problem === undefined) return this.#go(source, mode, where, problem);
    const other = handlebars[mode].problem(source);
    if (other === undefined || looksLikeHandlebars(source)) return prepare();
    return failing(where, `is neither a Go template (${problem}) nor a Handlebars template (${other})`);
  }

  /** What is odd about a string that compiles. */
  remarks(source: string, mode: Mode): string[] {
    const { setting, go, handlebars } = this.#languages;
    const compiled = this.compile(source, mode, '');
    if (compiled.language === 'handlebars' || compiled.problem !== undefined) return [];
    const remarks = go
      .missingNames(source)
      .map((name) => `calls the template ${JSON.stringify(name)}, which no file defines`);
    const isDecided = givenLanguage(source, setting) !== undefined || looksLikeGo(source);
    if (!isDecided && handlebars[mode].problem(source) === undefined) {
      remarks.push(
        'is a template in both languages and read as Go: begin it with {{! }} for Handlebars, or with {{/* */}} to keep Go',
      );
    }
    return remarks;
  }

  /** Why a string is no Go template, with the place in it. */
  #goProblem(source: string): string | undefined {
    try {
      const name = this.#languages.go.wrongCall(source);
      return name === undefined ? undefined : `wrong number of arguments for ${name}`;
    } catch (error) {
      if (!(error instanceof GoTemplateError)) throw error;
      return `${placeIn(error)}${error.reason}${goHint(error.reason, source)}`;
    }
  }

  #go(source: string, mode: Mode, where: string, problem: string | undefined): CompiledString {
    if (problem !== undefined && !problem.startsWith('wrong number')) return failing(where, problem);
    try {
      return { language: 'go', render: rendering(this.#languages.go.prepare(source, mode, 'refuse'), where) };
    } catch (error) {
      if (!(error instanceof GoTemplateError)) throw error;
      if (error instanceof ScriptActionError)
        throw new TemplateError(where === '' ? error.message : `${where}: ${error.message}`);
      return failing(where, error.message);
    }
  }
}

function failing(where: string, problem: string): CompiledString {
  const message = where === '' ? problem : `${where}: ${problem}`;
  const render = () => {
    throw new TemplateError(message);
  };
  return { language: 'go', render, problem };
}

function rendering(run: GoRender, where: string): Render {
  return (data) => {
    const now = (parseRfc3339(data.tocsin.now) ?? ZERO_TIME).in(localZone());
    try {
      return toText(
        run(goData(data), now, {
          routeLabel: (name) => (Object.hasOwn(data.routeLabels, name) ? (data.routeLabels[name] ?? '') : ''),
        }),
      );
    } catch (error) {
      if (!(error instanceof GoTemplateError)) throw error;
      throw new TemplateError(`${where}: ${error.message}`, { cause: error });
    }
  };
}

function placeIn({ line, column }: GoTemplateError): string {
  if (line === undefined) return '';
  return column === undefined ? `line ${line}: ` : `line ${line}, column ${column + 1}: `;
}
