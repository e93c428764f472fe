/** A Go template expression as Handlebars: a path or literal, or a call of a helper. */
export type Expression = string | { readonly name: string; readonly args: readonly Expression[] };

/** There is no direct Handlebars counterpart. */
export class UntranslatableError extends Error {}

/** The data's names in Go and in Handlebars. Labels keep theirs. */
const NAMES: ReadonlyMap<string, string> = new Map(
  ['Receiver', 'Status', 'Alerts', 'GroupLabels', 'CommonLabels', 'CommonAnnotations', 'RouteLabels', 'ExternalURL']
    .concat(['NotificationReason', 'Labels', 'Annotations', 'StartsAt', 'EndsAt', 'GeneratorURL', 'Fingerprint'])
    .concat(['Name', 'Value'])
    .map((name) => [name, `${name[0]?.toLowerCase()}${name.slice(1)}`]),
);
const MAPS = new Set(['GroupLabels', 'CommonLabels', 'CommonAnnotations', 'RouteLabels', 'Labels', 'Annotations']);
const METHODS: ReadonlyMap<string, string> = new Map([
  ['SortedPairs', 'sortedPairs'],
  ['Names', 'names'],
  ['Values', 'values'],
  ['Remove', 'remove'],
]);
/** Functions of Go's that Tocsin's templates do not have. */
const WITHOUT_COUNTERPART = new Set(['printf', 'println', 'call', 'html', 'js']);

const TOKEN =
  /\s*(?:("(?:\\.|[^"\\])*")|`([^`]*)`|(-?\d+(?:\.\d+)?)|((?:\$\w*)?(?:\.[A-Za-z_]\w*)+|\$\w*|\.)|([A-Za-z_]\w*)|([()|]))/y;

/** @param scoped whether `.` is not the root here. @throws UntranslatableError */
export function parseGoPipeline(source: string, scoped: boolean): Expression {
  const parser = new PipelineParser(source, scoped);
  const expression = parser.pipeline();
  parser.end();
  return expression;
}

class PipelineParser {
  readonly #tokens: RegExpExecArray[] = [];
  readonly #scoped: boolean;
  #next = 0;

  constructor(source: string, scoped: boolean) {
    this.#scoped = scoped;
    TOKEN.lastIndex = 0;
    const text = source.trim();
    while (TOKEN.lastIndex < text.length) {
      const token = TOKEN.exec(text);
      if (token === null) throw new UntranslatableError();
      this.#tokens.push(token);
    }
  }

  /** `a | f b` is `f b a`. */
  pipeline(): Expression {
    let result = this.#command();
    while (this.#sign('|')) {
      const next = this.#command();
      if (typeof next === 'string') throw new UntranslatableError();
      result = { name: next.name, args: [...next.args, result] };
    }
    return result;
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw new UntranslatableError();
  }

  #command(): Expression {
    const first = this.#operand();
    const args: Expression[] = [];
    while (this.#next < this.#tokens.length && !this.#peekSign('|') && !this.#peekSign(')')) args.push(this.#operand());
    if (args.length === 0) return first;
    if (typeof first === 'string') throw new UntranslatableError();
    return { name: first.name, args: [...first.args, ...args] };
  }

  #operand(): Expression {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new UntranslatableError();
    const [, quoted, raw, number, path, word, sign] = token;
    if (quoted !== undefined) return literal(unquote(quoted));
    if (raw !== undefined) return literal(raw);
    if (number !== undefined) return number;
    if (path !== undefined) return this.#path(path);
    if (word === 'true' || word === 'false') return word;
    if (word !== undefined && !WITHOUT_COUNTERPART.has(word)) return { name: word, args: [] };
    if (sign !== '(') throw new UntranslatableError();
    const inner = this.pipeline();
    // `(index .Alerts 0).Labels.x`: Handlebars cannot take a field of a call.
    if (!this.#sign(')') || this.#tokens[this.#next]?.[0].startsWith('.')) throw new UntranslatableError();
    return inner;
  }

  #path(source: string): Expression {
    if (source === '.') return 'this';
    if (source === '$') return '@root';
    const [head = '', ...steps] = source.split('.');
    const start = head === '$' && this.#scoped ? ['@root'] : head.length > 1 ? [head.slice(1)] : [];
    return translatePath(start, steps);
  }

  #sign(sign: string): boolean {
    if (!this.#peekSign(sign)) return false;
    this.#next++;
    return true;
  }

  #peekSign(sign: string): boolean {
    return this.#tokens[this.#next]?.[6] === sign;
  }
}

function translatePath(start: readonly string[], steps: readonly string[]): Expression {
  const path = [...start];
  for (const [i, step] of steps.entries()) {
    const previous = steps[i - 1];
    const method = METHODS.get(step);
    if (previous !== undefined && MAPS.has(previous) && method !== undefined) {
      return methodCall(method, path.join('.'), steps.slice(i + 1));
    }
    if (previous === 'Alerts' && (step === 'Firing' || step === 'Resolved')) {
      path.splice(-1, 1, 'tocsin', step.toLowerCase());
    } else if (previous !== undefined && MAPS.has(previous)) path.push(step);
    else path.push(known(step));
  }
  return path.join('.');
}

/** `.Labels.SortedPairs.Values` -> `values labels` */
function methodCall(method: string, target: string, rest: readonly string[]): Expression {
  const [next, ...more] = rest;
  if (next === undefined) return { name: method, args: [target] };
  const name = METHODS.get(next);
  if (name === undefined || more.length > 0) throw new UntranslatableError();
  return { name, args: [target] };
}

function known(name: string): string {
  const translated = NAMES.get(name);
  if (translated === undefined) throw new UntranslatableError();
  return translated;
}

function literal(text: string): string {
  if (!text.includes('"')) return `"${text}"`;
  if (text.includes("'")) throw new UntranslatableError();
  return `'${text}'`;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new UntranslatableError();
  }
}
