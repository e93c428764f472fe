/** Runs a parsed template, node by node, in the order and with the errors of Go's text/template. */
import { type Budget, LimitFailure } from './budget.ts';
import { Failure, GoTemplateError } from './errors.ts';
import type { Dot } from './evaluation-state.ts';
import { sprint } from './fmt.ts';
import type { ActionNode, BranchNode, ListNode, Node, PipeNode, Template, TemplateNode } from './nodes.ts';
import { PipelineEvaluator } from './pipeline-evaluator.ts';
import { quote } from './quote.ts';
import type { CallContext, GoFunction } from './signature.ts';
import { truth } from './truth.ts';
import { InInterface, Int, Pointer, Slice, StringMap, type Value } from './value.ts';

/** Calls of templates in each other: Go allows 100,000, which is more than the stack of this process holds. */
const DEEPEST_CALL = 200;
/** Characters of a printed value in the time of a step. */
const PRINTED_PER_STEP = 8;

export interface Execution {
  readonly template: Template;
  readonly lookup: (name: string) => Template | undefined;
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly context: CallContext;
}

/** @returns the output. @throws GoTemplateError */
export function execute(execution: Execution, data: Value): string {
  const output: string[] = [];
  try {
    new Evaluator(execution, execution.template, output, 0, data).run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GoTemplateError(
      `template: ${execution.template.source.name}: executing ${quote(execution.template.name)}: the calls are nested too deep`,
    );
  }
  return output.join('');
}

/** How a body was left, if not at its end. */
type Left = 'break' | 'continue' | undefined;

/** One call of one template. */
class Evaluator extends PipelineEvaluator {
  readonly #execution: Execution;
  readonly #budget: Budget;
  readonly #output: string[];
  readonly #depth: number;
  readonly #data: Value;

  constructor(execution: Execution, template: Template, output: string[], depth: number, data: Value) {
    super(template, execution.functions, execution.context, data);
    this.#execution = execution;
    this.#budget = execution.context.budget;
    this.#output = output;
    this.#depth = depth;
    this.#data = data;
  }

  run(): void {
    this.#list(this.#data, this.template.root);
  }

  #list(dot: Dot, list: ListNode): Left {
    for (const node of list.nodes) {
      const left = this.#walk(dot, node);
      if (left !== undefined) return left;
    }
    return undefined;
  }

  #walk(dot: Dot, node: Node): Left {
    this.at(node);
    this.#step();
    switch (node.kind) {
      case 'text':
        return this.#write(node.text);
      case 'action':
        return this.#action(dot, node);
      case 'if':
      case 'with':
        return this.#branch(dot, node);
      case 'range':
        return this.#range(dot, node);
      case 'template':
        return this.#template(dot, node);
      default:
        return node.kind;
    }
  }

  #action(dot: Dot, node: ActionNode): undefined {
    const value = this.pipeline(dot, node.pipe);
    if (node.pipe.variables.length > 0) return;
    this.at(node);
    let shown: Value = value instanceof Pointer ? value.target : value;
    if (node.escapers) {
      // Escapers take no value as nil.
      shown = value ?? null;
      for (const escaper of node.escapers) {
        const given = shown;
        shown = this.guarded('', node, () => escaper(given));
      }
    }
    if (typeof shown === 'string') return this.#write(shown);
    this.#write(shown === undefined ? '<no value>' : this.#printed(node, shown));
  }

  /** Printing a list or struct is more work than its text tells. */
  #printed(node: ActionNode, value: Value): string {
    const text = this.guarded('', node, () => sprint([value])) as string;
    this.#step(Math.floor(text.length / PRINTED_PER_STEP));
    return text;
  }

  #branch(dot: Dot, node: BranchNode): Left {
    const mark = this.variableCount;
    const value = this.pipeline(dot, node.pipe);
    let left: Left;
    if (truth(value)) left = this.#list(node.kind === 'with' ? value : dot, node.list);
    else if (node.elseList) left = this.#list(dot, node.elseList);
    this.dropVariables(mark);
    return left;
  }

  #range(dot: Dot, node: BranchNode): Left {
    const mark = this.variableCount;
    const value = this.pipeline(dot, node.pipe);
    const turns = this.#turns(value, node.pipe);
    const bodyMark = this.variableCount;
    let ran = false;
    for (const [index, element] of turns) {
      ran = true;
      this.#step();
      this.#setLoopVariables(node.pipe, index, element);
      const left = this.#list(element, node.list);
      this.dropVariables(bodyMark);
      if (left === 'break') break;
    }
    let left: Left;
    if (!ran && node.elseList) left = this.#list(dot, node.elseList);
    this.dropVariables(mark);
    return left;
  }

  /** Index or key, and element, of each turn. */
  #turns(value: Value, pipe: PipeNode): Iterable<readonly [Value, Dot]> {
    const target = value instanceof Pointer ? value.target : value;
    if (target === undefined || target === null) return [];
    if (target instanceof Slice) return sliceTurns(target);
    if (target instanceof StringMap) return mapTurns(target);
    if (typeof target === 'bigint' || target instanceof Int) {
      if (pipe.variables.length > 1) this.fail(`can't use ${sprint([target])} to iterate over more than one variable`);
      return numberTurns(target);
    }
    return this.fail(`range can't iterate over ${sprint([target])}`);
  }

  #setLoopVariables({ variables, assigns }: PipeNode, index: Value, element: Dot): void {
    const [first, second] = variables;
    if (first === undefined) return;
    if (second === undefined) {
      if (assigns) this.setVariable(first, element);
      else this.setTopVariable(1, element);
    } else if (assigns) {
      this.setVariable(first, index);
      this.setVariable(second, element);
    } else {
      this.setTopVariable(1, element);
      this.setTopVariable(2, index);
    }
  }

  #template(dot: Dot, node: TemplateNode): undefined {
    const template = this.#execution.lookup(node.name);
    if (template === undefined) return this.fail(`template ${quote(node.name)} not defined`);
    if (this.#depth === DEEPEST_CALL) this.fail(`exceeded maximum template depth (${DEEPEST_CALL})`);
    const data = node.pipe && this.pipeline(dot, node.pipe);
    new Evaluator(this.#execution, template, this.#output, this.#depth + 1, data).run();
  }

  #step(count = 1): void {
    try {
      this.#budget.step(count);
    } catch (error) {
      this.failWith(error);
    }
  }

  #write(text: string): undefined {
    try {
      this.#budget.write(text);
    } catch (error) {
      this.failWith(error);
    }
    this.#output.push(text);
  }

  failWith(error: unknown): never {
    if (error instanceof LimitFailure || error instanceof Failure) return this.fail(error.message);
    throw error;
  }
}

function* sliceTurns(slice: Slice): Iterable<readonly [Value, Dot]> {
  const inInterface = slice.type === '[]interface {}';
  for (const [i, item] of slice.items.entries()) yield [BigInt(i), inInterface ? InInterface.of(item) : item];
}

function* mapTurns(map: StringMap): Iterable<readonly [Value, Dot]> {
  const inInterface = map.type === 'map[string]interface {}';
  for (const key of map.sortedKeys) {
    const value = map.entries.get(key);
    yield [key, inInterface ? InInterface.of(value) : value];
  }
}

function* numberTurns(count: bigint | Int): Iterable<readonly [Value, Dot]> {
  const end = typeof count === 'bigint' ? count : count.value;
  for (let i = 0n; i < end; i++) yield [undefined, typeof count === 'bigint' ? i : new Int(count.type, i)];
}
