import { GoTemplateError, quoted } from './errors.ts';
import type { CommandNode, ListNode, Node, Operand, Template } from './nodes.ts';
import { placeOf } from './place.ts';
import { quote } from './quote.ts';
import { InInterface, type Value } from './value.ts';
import { writeNode } from './write-node.ts';

/** A value, or one that Go sees as an interface {}: an element of a list or dict. */
export type Dot = Value | InInterface;

export type AnyNode = Node | ListNode | Operand | CommandNode;

export function unwrapped(value: Dot): Value {
  return value instanceof InInterface ? value.value : value;
}

/** One call of a template: its variables, and the node that is being worked on, which errors name. */
export abstract class EvaluationState {
  protected readonly template: Template;
  readonly #names: string[] = ['$'];
  readonly #values: Dot[];
  #node: AnyNode;

  constructor(template: Template, data: Value) {
    this.template = template;
    this.#values = [data];
    this.#node = template.root;
  }

  protected at(node: AnyNode): void {
    this.#node = node;
  }

  protected fail(text: string): never {
    const { source, name } = this.template;
    const { line, column } = placeOf(source, this.#node.pos);
    const reason = quoted(text);
    const place = `${source.name}:${line}:${column}`;
    const node = quoted(writeNode(this.#node));
    const message = `template: ${place}: executing ${quote(quoted(name))} at <${node}>: ${reason}`;
    throw new GoTemplateError(message, { reason, line, column });
  }

  protected get variableCount(): number {
    return this.#names.length;
  }

  protected declareVariable(name: string, value: Dot): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  protected dropVariables(count: number): void {
    this.#names.length = count;
    this.#values.length = count;
  }

  protected variable(name: string): Dot {
    return this.#values[this.#indexOf(name)];
  }

  /** The innermost of that name. */
  protected setVariable(name: string, value: Dot): void {
    this.#values[this.#indexOf(name)] = value;
  }

  /** @param n 1: the one declared last. */
  protected setTopVariable(n: number, value: Dot): void {
    this.#values[this.#values.length - n] = value;
  }

  #indexOf(name: string): number {
    const index = this.#names.lastIndexOf(name);
    return index >= 0 ? index : this.fail(`undefined variable: ${name}`);
  }
}
