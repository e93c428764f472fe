import { runes } from './bytes.ts';
import { Failure, GoTemplateError, quoted } from './errors.ts';
import type { Lexer, Token, TokenType } from './lexer.ts';
import type { CommandNode, NumberNode, Operand, PipeNode, Source } from './nodes.ts';
import { parseNumber } from './number.ts';
import { placeOf } from './place.ts';
import { quote, unquote } from './quote.ts';
import { writeNode } from './write-node.ts';

/** Parentheses in each other: Go allows 10,000, which is more than the stack of this process holds. */
const DEEPEST_PARENTHESES = 500;

const OPERAND_START: ReadonlySet<TokenType> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw string',
  'string',
  'variable',
  '(',
]);

/** Only the first command of a pipeline may be one of these. */
const CONSTANTS: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** Pipelines of one definition, and the tokens before them: up to three are read ahead. */
export abstract class PipelineParser {
  /** Names of the variables that are declared here. */
  protected readonly variables: string[] = ['$'];
  /** Where the action in hand begins; 0: none. */
  protected actionLine = 0;
  readonly #source: Source;
  readonly #lexer: Lexer;
  readonly #functions: { has(name: string): boolean };
  /** What comes next, the last first. */
  readonly #ahead: Token[] = [];
  #current: Token = { type: 'eof', pos: 0, text: 'EOF', line: 1 };
  /** The newest token of the lexer: errors name its line. */
  #newest: Token = this.#current;
  #parentheses = 0;

  constructor(source: Source, lexer: Lexer, functions: { has(name: string): boolean }) {
    this.#source = source;
    this.#lexer = lexer;
    this.#functions = functions;
  }

  protected next(): Token {
    const token = this.#ahead.pop();
    if (token !== undefined) this.#current = token;
    else {
      this.#current = this.#lexer.next();
      this.#newest = this.#current;
    }
    return this.#current;
  }

  protected nextNonSpace(): Token {
    let token = this.next();
    while (token.type === 'space') token = this.next();
    return token;
  }

  protected peek(): Token {
    const token = this.next();
    this.#ahead.push(token);
    return token;
  }

  protected peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#ahead.push(token);
    return token;
  }

  /** Puts the token in hand back. */
  protected backup(): void {
    this.#ahead.push(this.#current);
  }

  /** Puts the token in hand back, and `before` in front of it. */
  protected backup2(before: Token): void {
    this.#ahead.push(this.#current, before);
  }

  protected fail(text: string): never {
    const message = quoted(text);
    const { name } = this.#source;
    const { line, pos } = this.#newest;
    const { column } = placeOf(this.#source, pos);
    throw new GoTemplateError(`template: ${name}:${line}: ${message}`, { reason: message, line, column });
  }

  protected unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.fail(`unexpected ${describe(token)} in ${context}`);
    if (this.actionLine === 0 || this.actionLine === token.line) return this.fail(token.text);
    const started = `started at ${this.#source.name}:${this.actionLine}`;
    return this.fail(`${token.text}${token.text.endsWith(' action') ? '' : ' in action'} ${started}`);
  }

  protected pipeline(context: string, end: TokenType): PipeNode {
    const { pos } = this.peekNonSpace();
    const { variables, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!OPERAND_START.has(token.type)) this.unexpected(token, context);
      this.backup();
      commands.push(this.#command());
    }
    this.#check(commands, context);
    return { kind: 'pipe', pos, variables, assigns, commands };
  }

  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const variables: string[] = [];
    for (;;) {
      const variable = this.peekNonSpace();
      if (variable.type !== 'variable') return { variables, assigns: false };
      this.next();
      const after = this.peek();
      const next = this.peekNonSpace();
      if (next.type === '=' || next.type === ':=') {
        this.nextNonSpace();
        this.#declare(variable, variables);
        return { variables, assigns: next.type === '=' };
      }
      if (next.type !== 'char' || next.text !== ',') {
        // No declaration: the variable is the first operand, and white space behind it separates.
        if (after.type === 'space') this.#ahead.push(after);
        this.#ahead.push(variable);
        return { variables, assigns: false };
      }
      this.nextNonSpace();
      this.#declare(variable, variables);
      if (context !== 'range' || variables.length >= 2) this.fail(`too many declarations in ${context}`);
      const { type } = this.peekNonSpace();
      if (type !== 'variable' && type !== '}}' && type !== ')') this.fail('range can only initialize variables');
    }
  }

  #declare(variable: Token, variables: string[]): void {
    variables.push(variable.text);
    this.variables.push(variable.text);
  }

  #check(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [i, { operands }] of commands.entries()) {
      if (i > 0 && operands[0] !== undefined && CONSTANTS.has(operands[0].kind)) {
        this.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    }
  }

  /** Operands up to a `|`, which is taken, or to the end of the pipeline, which is not. */
  #command(): CommandNode {
    const { pos } = this.peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.next();
      if (token.type === 'space') continue;
      if (token.type === '}}' || token.type === ')') this.backup();
      else if (token.type !== '|') this.unexpected(token, 'operand');
      break;
    }
    if (operands.length === 0) this.fail('empty command');
    return { kind: 'command', pos, operands };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.peek().type !== 'field') return term;
    const { pos } = this.peek();
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.next().text.slice(1));
    if (term.kind === 'field') return { kind: 'field', pos, names: [...term.names, ...names] };
    if (term.kind === 'variable') return { ...term, pos, fields: [...term.fields, ...names] };
    if (CONSTANTS.has(term.kind)) this.fail(`unexpected . after term ${quote(writeNode(term))}`);
    return { kind: 'chain', pos, node: term, names };
  }

  #term(): Operand | undefined {
    const token = this.nextNonSpace();
    const { pos, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#functions.has(text)) this.fail(`function ${quote(text)} not defined`);
        return { kind: 'identifier', pos, name: text };
      case 'dot':
        return { kind: 'dot', pos };
      case 'nil':
        return { kind: 'nil', pos };
      case 'variable':
        if (!this.variables.includes(text)) this.fail(`undefined variable ${quote(text)}`);
        return { kind: 'variable', pos, name: text, fields: [] };
      case 'field':
        return { kind: 'field', pos, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', pos, value: text === 'true' };
      case 'number':
      case 'complex':
      case 'character':
        return this.#number(token, token.type);
      case 'string':
      case 'raw string':
        return { kind: 'string', pos, quoted: text, text: unquote(text) ?? this.fail('invalid syntax') };
      case '(':
        return this.#parenthesis();
      default:
        this.backup();
        return undefined;
    }
  }

  #number({ pos, text }: Token, type: 'number' | 'complex' | 'character'): NumberNode {
    try {
      return parseNumber(text, pos, type);
    } catch (error) {
      if (error instanceof Failure) return this.fail(error.message);
      throw error;
    }
  }

  #parenthesis(): PipeNode {
    if (this.#parentheses >= DEEPEST_PARENTHESES) this.fail(`max expression depth exceeded (${DEEPEST_PARENTHESES})`);
    this.#parentheses++;
    const pipe = this.pipeline('parenthesized pipeline', ')');
    this.#parentheses--;
    return pipe;
  }
}

function describe({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'keyword' || type === 'dot' || type === 'nil') return `<${text}>`;
  if (Buffer.byteLength(text) > 10) return `${quote(runes(text.slice(0, 40)).slice(0, 10).join(''))}...`;
  return quote(text);
}
