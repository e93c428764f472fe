/** The parser of Go templates: what it takes, its errors and the positions of its nodes are those of Go's text/template. */
import { GoTemplateError } from './errors.ts';
import { Lexer, type Token, type TokenType } from './lexer.ts';
import type { BranchNode, ListNode, Node, Source, Template, TemplateNode } from './nodes.ts';
import { PipelineParser } from './parse-pipeline.ts';
import { quote, unquote } from './quote.ts';

/** Characters of one source. */
const LONGEST_SOURCE = 4_000_000;
/** Control structures in each other; `else if` counts. */
const DEEPEST_NESTING = 500;

interface Functions {
  has(name: string): boolean;
}

/** What ends a list of nodes. */
interface End {
  readonly kind: 'end' | 'else';
  /** The `if` or `with` directly behind an `else`. */
  readonly next: 'if' | 'with' | undefined;
  readonly pos: number;
}

/**
 * Parses one text.
 * @returns its definitions by name; the text outside of them is the template called `source.name`, the last entry.
 * @throws GoTemplateError
 */
export function parseTemplates(source: Source, functions: Functions): ReadonlyMap<string, Template> {
  if (source.text.length > LONGEST_SOURCE) {
    throw new GoTemplateError(`template: ${source.name}: the text has more than ${LONGEST_SOURCE} characters`);
  }
  const templates = new Map<string, Template>();
  const shared = { source, functions, templates, lexer: new Lexer(source.text) };
  try {
    new TreeParser(shared).main();
  } catch (error) {
    if (error instanceof RangeError)
      throw new GoTemplateError(`template: ${source.name}: the actions are nested too deep`);
    throw error;
  }
  return templates;
}

interface Shared {
  readonly source: Source;
  readonly functions: Functions;
  readonly templates: Map<string, Template>;
  readonly lexer: Lexer;
}

const SPACE_ONLY = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** Whether a definition holds nothing but white space (comments leave no node): it then replaces no other. */
export function isEmptyTree(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && SPACE_ONLY.test(node.text));
}

/** One definition. Those inside a text share its lexer. */
class TreeParser extends PipelineParser {
  readonly #shared: Shared;
  #ranges = 0;
  #depth = 0;

  constructor(shared: Shared) {
    super(shared.source, shared.lexer, shared.functions);
    this.#shared = shared;
  }

  main(): void {
    const { name } = this.#shared.source;
    const pos = this.peek().pos;
    const nodes: Node[] = [];
    while (this.peek().type !== 'eof') {
      if (this.peek().type === '{{') {
        const delimiter = this.next();
        const first = this.nextNonSpace();
        if (isKeyword(first, 'define')) {
          new TreeParser(this.#shared).definition();
          continue;
        }
        this.backup2(delimiter);
      }
      const node = this.#textOrAction();
      if (isEnd(node)) this.fail(`unexpected {{${node.kind}}}`);
      else nodes.push(node);
    }
    this.#add(name, { kind: 'list', pos, nodes });
  }

  definition(): void {
    const name = this.#unquoted(this.#expect(['string', 'raw string'], 'define clause'));
    this.#expect(['}}'], 'define clause');
    this.#add(name, this.#body('define clause'));
  }

  #body(context: string): ListNode {
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.fail(`unexpected {{${end.kind}}} in ${context}`);
    return list;
  }

  #add(name: string, root: ListNode): void {
    const { source, templates } = this.#shared;
    const before = templates.get(name);
    if (before !== undefined && !isEmptyTree(before.root)) {
      if (!isEmptyTree(root)) this.fail(`template: multiple definition of template ${quote(name)}`);
      return;
    }
    templates.set(name, { name, source, root });
  }

  #itemList(): { list: ListNode; end: End } {
    const pos = this.peekNonSpace().pos;
    const nodes: Node[] = [];
    while (this.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnd(node)) return { list: { kind: 'list', pos, nodes }, end: node };
      nodes.push(node);
    }
    return this.fail('unexpected EOF');
  }

  #textOrAction(): Node | End {
    const token = this.nextNonSpace();
    if (token.type === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    if (token.type !== '{{') return this.unexpected(token, 'input');
    this.actionLine = token.line;
    const node = this.#action();
    this.actionLine = 0;
    return node;
  }

  #action(): Node | End {
    const token = this.nextNonSpace();
    if (token.type === 'keyword') {
      switch (token.text) {
        case 'block':
          return this.#block();
        case 'break':
        case 'continue':
          return this.#loopControl(token.text, token.pos);
        case 'else':
          return this.#else();
        case 'end':
          return { kind: 'end', next: undefined, pos: this.#expect(['}}'], 'end').pos };
        case 'if':
        case 'range':
        case 'with':
          return this.#branch(token.text);
        case 'template':
          return this.#template();
      }
    }
    this.backup();
    const { pos } = this.peek();
    return { kind: 'action', pos, pipe: this.pipeline('command', '}}') };
  }

  #loopControl(kind: 'break' | 'continue', pos: number): Node {
    const token = this.nextNonSpace();
    if (token.type !== '}}') this.unexpected(token, `{{${kind}}}`);
    if (this.#ranges === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  #else(): End {
    const next = this.peekNonSpace();
    if (isKeyword(next, 'if') || isKeyword(next, 'with')) {
      return { kind: 'else', next: next.text === 'if' ? 'if' : 'with', pos: next.pos };
    }
    return { kind: 'else', next: undefined, pos: this.#expect(['}}'], 'else').pos };
  }

  /** Variables of the condition and of the branches end with it. */
  #branch(kind: BranchNode['kind']): BranchNode {
    if (++this.#depth > DEEPEST_NESTING)
      this.fail(`exceeded maximum nesting of control structures (${DEEPEST_NESTING})`);
    const scope = this.variables.length;
    const pipe = this.pipeline(kind, '}}');
    if (kind === 'range') this.#ranges++;
    const { list, end } = this.#itemList();
    if (kind === 'range') this.#ranges--;
    const elseList = end.kind === 'else' ? this.#elseList(kind, end) : undefined;
    this.variables.length = scope;
    this.#depth--;
    return { kind, pos: pipe.pos, pipe, list, elseList };
  }

  /** `{{else if x}}` stands for `{{else}}{{if x}}`, and its `end` for both. */
  #elseList(kind: BranchNode['kind'], { next, pos }: End): ListNode {
    if (next !== undefined && next === kind) {
      this.next();
      return { kind: 'list', pos, nodes: [this.#branch(kind)] };
    }
    const { list, end } = this.#itemList();
    if (end.kind !== 'end') this.fail(`expected end; found {{${end.kind}}}`);
    return list;
  }

  #block(): TemplateNode {
    const token = this.nextNonSpace();
    const name = this.#templateName(token, 'block clause');
    const pipe = this.pipeline('block clause', '}}');
    const block = new TreeParser(this.#shared);
    block.#depth = this.#depth + 1;
    if (block.#depth > DEEPEST_NESTING)
      this.fail(`exceeded maximum nesting of control structures (${DEEPEST_NESTING})`);
    block.#add(name, block.#body('block clause'));
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  #template(): TemplateNode {
    const token = this.nextNonSpace();
    const name = this.#templateName(token, 'template clause');
    if (this.nextNonSpace().type === '}}') return { kind: 'template', pos: token.pos, name, pipe: undefined };
    this.backup();
    return { kind: 'template', pos: token.pos, name, pipe: this.pipeline('template clause', '}}') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'raw string') this.unexpected(token, context);
    return this.#unquoted(token);
  }

  #unquoted(token: Token): string {
    return unquote(token.text) ?? this.fail('invalid syntax');
  }

  #expect(types: readonly TokenType[], context: string): Token {
    const token = this.nextNonSpace();
    return types.includes(token.type) ? token : this.unexpected(token, context);
  }
}

function isEnd(node: Node | End): node is End {
  return node.kind === 'end' || node.kind === 'else';
}

function isKeyword(token: Token, word: string): boolean {
  return token.type === 'keyword' && token.text === word;
}
