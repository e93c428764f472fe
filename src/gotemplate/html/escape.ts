/** Which escapers the actions of a template need, from the HTML around them: what Go's html/template does before it runs one. */
import { GoTemplateError, ScriptActionError } from '../errors.ts';
import type { ActionNode, BranchNode, ListNode, LoopControlNode, Node, Template, TemplateNode } from '../nodes.ts';
import { placeOf } from '../place.ts';
import { quote } from '../quote.ts';
import { writeNode } from '../write-node.ts';
import { escapeAction } from './action.ts';
import {
  type Context,
  contextKey,
  DEAD,
  fault,
  type HtmlFault,
  isSame,
  isScript,
  join,
  type Place,
  TEXT,
  writeContext,
} from './context.ts';
import { escapeText } from './escape-text.ts';

/** Nested ranges and templates in many contexts multiply the work: real ones need some thousands of steps. */
const MOST_STEPS = 1_000_000;
/** Templates that call one another. */
const DEEPEST = 200;

/** Whether an action in a script is escaped, as Go does, or an error: no mail client runs scripts. */
export type Scripts = 'escape' | 'refuse';

/**
 * Escapes a template and all that it calls, each in the contexts in which it is called. Nothing is run: branches that never will be count, too.
 * @returns the escaped templates by the names in the escaped calls; a template that is called as text has its own name.
 * @throws GoTemplateError with Go's text; ScriptActionError where scripts are refused.
 */
export function escapeForHtml(
  name: string,
  lookup: (name: string) => Template | undefined,
  scripts: Scripts = 'escape',
): ReadonlyMap<string, Template> {
  const found = new Findings();
  const { context } = new Escaper(name, lookup, scripts).call(found, TEXT, name);
  if (context.error) throw errorOf(context.error, name);
  if (context.state !== 'stateText') {
    throw errorOf({ reason: `ends in a non-text context: ${writeContext(context)}`, place: undefined }, name);
  }
  return found.templates;
}

function errorOf({ reason, place, refused }: HtmlFault, name: string): GoTemplateError {
  const parts = place ? [place.file, place.line, ...(place.column === undefined ? [] : [place.column])] : [];
  const prefix = place ? parts.join(':') : name;
  const message = `html/template:${prefix && `${prefix}:`} ${reason}`;
  const Kind = refused ? ScriptActionError : GoTemplateError;
  return new Kind(message, {
    reason,
    ...(place && { line: place.line }),
    ...(place?.column !== undefined && { column: place.column }),
  });
}

/** What is known of templates. Of a piece of work that is given up, the findings are dropped. */
class Findings {
  /** By name and context: the context behind a call, which is a guess while the template is being escaped. */
  readonly contexts: Map<string, Context>;
  readonly templates = new Map<string, Template>();
  readonly called = new Set<string>();

  constructor(contexts: ReadonlyMap<string, Context> = new Map()) {
    this.contexts = new Map(contexts);
  }

  add(other: Findings): void {
    for (const [name, context] of other.contexts) this.contexts.set(name, context);
    for (const [name, template] of other.templates) this.templates.set(name, template);
    for (const name of other.called) this.called.add(name);
  }
}

/** A node, and the context behind it. */
interface Escaped<T> {
  readonly node: T;
  readonly context: Context;
}

/** A break or continue, and what it leaves the turn with. */
interface Leaving {
  readonly node: LoopControlNode;
  readonly context: Context;
}

/** The body that is being escaped. */
interface Body {
  readonly template: Template;
  readonly found: Findings;
  /** Of the innermost range. */
  readonly leavings: Leaving[];
}

class Escaper {
  readonly #root: string;
  readonly #scripts: Scripts;
  readonly #lookup: (name: string) => Template | undefined;
  #steps = 0;
  #depth = 0;

  constructor(root: string, lookup: (name: string) => Template | undefined, scripts: Scripts) {
    this.#root = root;
    this.#lookup = lookup;
    this.#scripts = scripts;
  }

  /** A template in the context of its call. @param place of the call. @returns the name of the escaped template. */
  call(found: Findings, c: Context, name: string, place?: () => Place): Escaped<string> {
    const key = c.state === 'stateText' ? name : `${name}$htmltemplate_${contextKey(c)}`;
    found.called.add(key);
    const known = found.contexts.get(key);
    if (known) return { node: key, context: known };
    const template = this.#lookup(name);
    if (!template) return { node: key, context: fault(`no such template ${quote(name)}`, place?.()) };
    if (this.#depth === DEEPEST) {
      return { node: key, context: fault(`templates that call one another ${DEEPEST} deep`, place?.()) };
    }
    this.#depth++;
    const context = this.#contextBehind(found, c, template, key);
    this.#depth--;
    return { node: key, context };
  }

  #contextBehind(found: Findings, c: Context, template: Template, key: string): Context {
    const first = this.#template(found, c, template, key);
    if (first.fits) return first.context;
    // Look for a fixed point: the first result as the assumption.
    const second = this.#template(found, first.context, template, key);
    if (second.fits) return second.context;
    if (first.context.state === 'stateError') return first.context;
    return fault(`cannot compute output context for template ${key}`, this.#place(template, template.root.pos)());
  }

  /** Escapes a body under the assumption that a call of it leaves the context as it is. */
  #template(found: Findings, c: Context, template: Template, key: string): { context: Context; fits: boolean } {
    found.contexts.set(key, c);
    const own = new Findings(found.contexts);
    const { node, context } = this.#list({ template, found: own, leavings: [] }, c, template.root);
    const fits = context.state !== 'stateError' && (!own.called.has(key) || isSame(c, context));
    if (fits) {
      found.add(own);
      found.contexts.set(key, context);
      found.templates.set(key, { ...template, root: node });
    }
    return { context, fits };
  }

  #list(body: Body, before: Context, list: ListNode): Escaped<ListNode> {
    const nodes: Node[] = [];
    let context = before;
    for (const node of list.nodes) {
      const escaped = this.#node(body, context, node);
      nodes.push(escaped.node);
      context = escaped.context;
      if (context.state === 'stateDead') break;
    }
    return { node: { ...list, nodes }, context };
  }

  #node(body: Body, c: Context, node: Node): Escaped<Node> {
    this.#steps++;
    if (this.#steps > MOST_STEPS)
      throw new GoTemplateError('html/template: too many nested ranges and templates to escape');
    if (c.state === 'stateError') return { node, context: c };
    switch (node.kind) {
      case 'text': {
        const { text, context } = escapeText(c, node.text);
        return { node: { ...node, text }, context };
      }
      case 'action':
        return this.#action(body, c, node);
      case 'if':
      case 'with':
        return this.#branch(body, c, node);
      case 'range':
        return this.#range(body, c, node);
      case 'template':
        return this.#call(body, c, node);
      default:
        body.leavings.push({ node, context: c });
        return { node, context: DEAD };
    }
  }

  #action(body: Body, c: Context, node: ActionNode): Escaped<ActionNode> {
    const place = this.#place(body.template, node.pos);
    if (this.#scripts === 'refuse' && isScript(c) && node.pipe.variables.length === 0) {
      const reason = `${writeNode(node)} stands in a script, which no mail client runs: leave the script out`;
      return { node, context: { ...fault(reason), error: { reason, place: place(), refused: true } } };
    }
    return escapeAction(c, node, place);
  }

  #branch(body: Body, c: Context, node: BranchNode): Escaped<BranchNode> {
    const list = this.#list(body, c, node.list);
    return this.#otherwise(body, c, node, list);
  }

  #range(body: Body, c: Context, node: BranchNode): Escaped<BranchNode> {
    const first: Body = { ...body, leavings: [] };
    const list = this.#list(first, c, node.list);
    let context = this.#joinLeavings(first, list.context);
    if (context.state === 'stateError') return { node, context };
    // The second turn begins where the first ends.
    if (!isSame(context, c)) {
      const second: Body = { ...body, found: new Findings(body.found.contexts), leavings: [] };
      const end = this.#list(second, context, node.list).context;
      context = join(context, end, 'range', this.#place(body.template, node.pos));
      if (context.error)
        return { node, context: this.#prefixed('on range loop re-entry: ', context, body.template, node.pos) };
      context = this.#joinLeavings(second, context);
      if (context.error) return { node, context };
    }
    return this.#otherwise(body, c, node, { ...list, context });
  }

  #joinLeavings(body: Body, end: Context): Context {
    let joined = end;
    if (joined.state === 'stateError') return joined;
    for (const kind of ['break', 'continue'] as const) {
      for (const { node, context } of body.leavings) {
        if (node.kind !== kind) continue;
        joined = join(joined, context, 'range', this.#place(body.template, node.pos));
        if (joined.error) return this.#prefixed(`at range loop ${kind}: `, joined, body.template, node.pos);
      }
    }
    return joined;
  }

  #otherwise(body: Body, c: Context, node: BranchNode, list: Escaped<ListNode>): Escaped<BranchNode> {
    const otherwise = node.elseList && this.#list(body, c, node.elseList);
    const place = this.#place(body.template, node.pos);
    return {
      node: { ...node, list: list.node, elseList: otherwise?.node },
      context: join(list.context, otherwise?.context ?? c, node.kind, place),
    };
  }

  #call(body: Body, c: Context, node: TemplateNode): Escaped<TemplateNode> {
    const { node: name, context } = this.call(body.found, c, node.name, this.#place(body.template, node.pos));
    return { node: name === node.name ? node : { ...node, name }, context };
  }

  #place({ source }: Template, pos: number): () => Place {
    return () => ({ file: source.name, ...placeOf(source, pos) });
  }

  /** @param pos of what leads back to the range's start, for a fault of text that has no place of its own. */
  #prefixed(prefix: string, context: Context, { source }: Template, pos: number): Context {
    if (!context.error) return context;
    const { place = { file: this.#root, line: placeOf(source, pos).line }, reason } = context.error;
    return { ...context, error: { ...context.error, place, reason: prefix + reason } };
  }
}
