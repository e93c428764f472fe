import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import type { Problem } from './config-error.ts';
import { likeLibyaml, NEEDS_LIBYAML, type Rewritten } from './libyaml.ts';
import type { MappingEntry, MappingNode, Position, ScalarNode, SequenceNode, YamlNode } from './node.ts';

/** Of a configuration file. */
const MAX_ALIASED_NODES = 100_000;

/**
 * Reads the first document of a YAML file; undefined when there is none. Duplicate keys and bad aliases are reported
 * and left out, so that the rest of the file can be checked too.
 * @param report takes what is wrong. A syntax error is reported and gives undefined.
 * @param maxAliased how many nodes aliases may add before the text counts as an attack ("billion laughs")
 */
export function parseYaml(
  file: string,
  report: (problem: Problem) => void,
  maxAliased = MAX_ALIASED_NODES,
): YamlNode | undefined {
  try {
    const text = firstDocument(file);
    const { events, rewritten } = eventsOf(text);
    return new Composer(rewritten, new Lines(text), events, { report, maxAliased }).document();
  } catch (error) {
    if (error instanceof YamlProblem) report(error.problem);
    else if (error instanceof YAMLException) report(fromException(error));
    else throw error;
    return undefined;
  }
}

/** js-yaml's events, of the text itself or, where that would not do, of one rewritten from what libyaml takes. */
function eventsOf(text: string): { events: readonly Event[]; rewritten: Pick<Rewritten, 'text' | 'original'> } {
  const untouched = { text, original: (offset: number) => offset };
  const unusual = NEEDS_LIBYAML.test(text) ? likeLibyaml(text) : undefined;
  if (unusual && unusual.tab >= 0) {
    const message = 'not valid YAML: a tab in the indentation of an empty line or comment';
    throw new YamlProblem({ ...new Lines(text).position(unusual.tab), path: '', message });
  }
  try {
    return { events: parse(unusual?.text ?? text), rewritten: unusual ?? untouched };
  } catch (error) {
    const rewritten = unusual ?? likeLibyaml(text);
    try {
      return { events: parse(rewritten.text), rewritten };
    } catch {
      throw error;
    }
  }
}

function parse(text: string): Event[] {
  return parseEvents(text, { maxDepth: 100 });
}

/** What follows the first document is not even looked at, as in Go's YAML. */
function firstDocument(text: string): string {
  let start = 0;
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    if (/^(?![^\S\n]*(?:[#%]|$))/m.test(text.slice(start, marker.index))) return text.slice(0, marker.index);
    start = marker.index + marker[0].length;
  }
  return text;
}

class YamlProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

function fromException(error: YAMLException): Problem {
  const line = (error.mark?.line ?? 0) + 1;
  const column = (error.mark?.column ?? 0) + 1;
  return { line, column, path: '', message: `not valid YAML: ${withoutText(error.reason)}` };
}

/** A reason that repeats no text of the file: it may be of a password that needs quotes. */
function withoutText(reason: string): string {
  if (!/tag/.test(reason)) return reason;
  return 'not a tag that is known: a text that begins with ! needs quotes';
}

function binary(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Finds lines and columns in a text. */
class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const match of text.matchAll(/\r\n|\r|\n/g)) this.#starts.push(match.index + match[0].length);
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }
}

interface Composed {
  readonly node: YamlNode;
  /** Nodes in it, aliases expanded. */
  readonly size: number;
}

/** Builds the tree from js-yaml's events, which reference the text by offsets. */
class Composer {
  readonly #text: string;
  readonly #rewritten: Pick<Rewritten, 'text' | 'original'>;
  readonly #lines: Lines;
  readonly #events: readonly Event[];
  readonly #report: (problem: Problem) => void;
  readonly #maxAliased: number;
  readonly #anchors = new Map<string, Composed | 'open'>();
  #next = 0;
  #aliased = 0;

  /** @param lines of the file as it is. */
  constructor(
    rewritten: Pick<Rewritten, 'text' | 'original'>,
    lines: Lines,
    events: readonly Event[],
    { report, maxAliased }: { readonly report: (problem: Problem) => void; readonly maxAliased: number },
  ) {
    this.#maxAliased = maxAliased;
    this.#text = rewritten.text;
    this.#rewritten = rewritten;
    this.#lines = lines;
    this.#events = events;
    this.#report = report;
  }

  document(): YamlNode | undefined {
    const first = this.#events[this.#next++];
    if (first?.type !== EVENT_ID.DOCUMENT || this.#peek().type === EVENT_ID.POP) return undefined;
    return this.#compose({ line: 1, column: 1 }).node;
  }

  #peek(): Event {
    return this.#events[this.#next] as Event;
  }

  /** @param fallback the place of a node that has no text of its own (`key:`). */
  #compose(fallback: Position): Composed {
    const event = this.#events[this.#next++] as Event;
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) throw new Error('unexpected YAML event');
    const anchor = event.anchorStart < 0 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const composed = this.#content(event, fallback);
    if (anchor !== undefined) this.#anchors.set(anchor, composed);
    return composed;
  }

  #content(event: Exclude<Event, { type: 1 | 5 | 6 }>, fallback: Position): Composed {
    if (event.type === EVENT_ID.SCALAR) return { node: this.#scalar(event, fallback), size: 1 };
    const position = this.#position(event.start);
    return event.type === EVENT_ID.SEQUENCE ? this.#sequence(position) : this.#mapping(position);
  }

  #scalar(event: ScalarEvent, fallback: Position): ScalarNode {
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    const { line, column } = event.valueStart < 0 ? fallback : this.#position(event.valueStart - (quoted ? 1 : 0));
    const tag = event.tagStart < 0 ? '' : this.#text.slice(event.tagStart, event.tagEnd);
    const looksTyped = /^!!(?:null|bool|int|float)$/.test(tag);
    const plain = looksTyped || (tag === '' && event.style === SCALAR_STYLE.PLAIN);
    const text = getScalarValue(this.#text, event);
    return { kind: 'scalar', text: tag === '!!binary' ? binary(text) : text, plain, line, column };
  }

  #sequence(position: Position): Composed {
    const items: YamlNode[] = [];
    let size = 1;
    while (this.#peek().type !== EVENT_ID.POP) {
      const item = this.#compose(position);
      items.push(item.node);
      size += item.size;
    }
    this.#next++;
    return { node: { kind: 'sequence', items, ...position } satisfies SequenceNode, size };
  }

  #mapping(position: Position): Composed {
    const own = new Map<string, MappingEntry>();
    const merged = new Map<string, MappingEntry>();
    let size = 1;
    while (this.#peek().type !== EVENT_ID.POP) {
      const key = this.#key(position);
      const value = this.#compose(key);
      size += value.size + 1;
      if (key.plain && key.text === '<<') this.#merge(value.node, merged);
      else if (!own.has(key.text)) own.set(key.text, { key, value: value.node });
      else {
        const first = (own.get(key.text) as MappingEntry).key.line;
        this.#problem(key, `duplicate key: field ${key.text} already set in line ${first}`);
      }
    }
    this.#next++;
    const entries = [...own.values(), ...[...merged.values()].filter(({ key }) => !own.has(key.text))];
    return { node: { kind: 'mapping', entries, ...position } satisfies MappingNode, size };
  }

  #key(position: Position): ScalarNode {
    const { node } = this.#compose(position);
    if (node.kind === 'scalar') return node;
    throw this.#error(node, `expected text as a key, found a ${node.kind === 'mapping' ? 'mapping' : 'list'}`);
  }

  /** `<<: *base` or `<<: [*a, *b]`; the first that has a key gives it. */
  #merge(node: YamlNode, into: Map<string, MappingEntry>): void {
    const sources = node.kind === 'sequence' ? node.items : [node];
    for (const source of sources) {
      if (source.kind !== 'mapping') this.#problem(source, 'expected a mapping (or a list of mappings) to merge');
      else for (const entry of source.entries) if (!into.has(entry.key.text)) into.set(entry.key.text, entry);
    }
  }

  #alias(start: number, end: number): Composed {
    const name = this.#text.slice(start, end);
    const position = this.#position(start - 1);
    const target = this.#anchors.get(name);
    if (target === undefined)
      throw this.#error(position, 'unknown anchor referenced: a text that begins with * needs quotes');
    if (target === 'open') throw this.#error(position, 'an anchor contains itself');
    this.#aliased += target.size;
    if (this.#aliased > this.#maxAliased) throw this.#error(position, 'document contains excessive aliasing');
    return target;
  }

  #position(offset: number): Position {
    return this.#lines.position(this.#rewritten.original(offset));
  }

  #problem({ line, column }: Position, message: string): void {
    this.#report({ line, column, path: '', message });
  }

  #error({ line, column }: Position, message: string): YamlProblem {
    return new YamlProblem({ line, column, path: '', message });
  }
}
