/** Evaluates pipelines, commands and operands. */
import { LimitFailure } from './budget.ts';
import { Failure } from './errors.ts';
import { type AnyNode, type Dot, EvaluationState, unwrapped } from './evaluation-state.ts';
import { fieldOf, methodOf } from './fields.ts';
import type { ChainNode, CommandNode, FieldNode, NumberNode, Operand, PipeNode, Template } from './nodes.ts';
import { quote } from './quote.ts';
import {
  assign,
  type CallContext,
  canBeNil,
  type GoFunction,
  nilOf,
  type ParameterType,
  type Signature,
} from './signature.ts';
import { truth } from './truth.ts';
import { Complex, InInterface, Int, SafeText, typeName, type Value } from './value.ts';
import { writeNode } from './write-node.ts';

/** What the command before gave; NONE: this is the first. */
type Piped = Value | typeof NONE;
const NONE = Symbol('no value from the pipeline');

export abstract class PipelineEvaluator extends EvaluationState {
  readonly #functions: ReadonlyMap<string, GoFunction>;
  readonly #context: CallContext;

  constructor(template: Template, functions: ReadonlyMap<string, GoFunction>, context: CallContext, data: Value) {
    super(template, data);
    this.#functions = functions;
    this.#context = context;
  }

  protected pipeline(dot: Dot, pipe: PipeNode): Value {
    this.at(pipe);
    let value: Piped = NONE;
    for (const command of pipe.commands) {
      // nil in an interface is no value at the end of a command.
      value = unwrapped(this.#command(dot, command, value)) ?? undefined;
    }
    const result = value === NONE ? undefined : value;
    for (const name of pipe.variables) {
      if (pipe.assigns) this.setVariable(name, result);
      else this.declareVariable(name, result);
    }
    return result;
  }

  #command(dot: Dot, command: CommandNode, piped: Piped): Dot {
    const { operands } = command;
    const first = operands[0] as Operand;
    const args = operands.slice(1);
    switch (first.kind) {
      case 'field':
        return this.#field(dot, first, args, piped);
      case 'chain':
        return this.#chain(dot, first, args, piped);
      case 'identifier':
        return this.#function(dot, first, command, args, piped);
      case 'pipe':
        this.#takesNothing(first, args, piped);
        return this.pipeline(dot, first);
      case 'variable':
        return this.#variable(dot, first, args, piped);
    }
    this.at(first);
    this.#takesNothing(first, args, piped);
    if (first.kind === 'nil') return this.fail('nil is not a command');
    return first.kind === 'dot' ? dot : this.#constant(first);
  }

  #takesNothing(first: Operand, args: readonly Operand[], piped: Piped): void {
    if (args.length > 0 || piped !== NONE) this.fail(`can't give argument to non-function ${writeNode(first)}`);
  }

  #constant(node: Operand): Value {
    switch (node.kind) {
      case 'bool':
        return node.value;
      case 'string':
        return node.text;
      case 'number':
        return this.#number(node);
      default:
        return this.fail(`can't evaluate command ${quote(writeNode(node))}`);
    }
  }

  /** Without a type to fit, the way it is written decides. */
  #number(node: NumberNode): Value {
    this.at(node);
    const { text, complex, float, int, character } = node;
    if (complex !== undefined) return new Complex(complex.re, complex.im);
    const hexInteger = /^0[xX][^pP]+$/.test(text);
    if (float !== undefined && !hexInteger && !character && /[.eEpP]/.test(text)) return float;
    return int ?? this.fail(`${text} overflows int`);
  }

  #field(dot: Dot, node: FieldNode, args: readonly Operand[], piped: Piped): Dot {
    this.at(node);
    return this.#fields(dot, dot, node, node.names, args, piped);
  }

  #chain(dot: Dot, node: ChainNode, args: readonly Operand[], piped: Piped): Dot {
    this.at(node);
    if (node.node.kind === 'nil') this.fail(`indirection through explicit nil in ${writeNode(node)}`);
    const receiver = this.#operand(dot, node.node);
    return this.#fields(dot, receiver, node, node.names, args, piped);
  }

  #variable(dot: Dot, node: Operand & { kind: 'variable' }, args: readonly Operand[], piped: Piped): Dot {
    this.at(node);
    const value = this.variable(node.name);
    if (node.fields.length > 0) return this.#fields(dot, value, node, node.fields, args, piped);
    this.#takesNothing(node, args, piped);
    return value;
  }

  /** The arguments go to the last name. */
  #fields(
    dot: Dot,
    receiver: Dot,
    node: Operand,
    names: readonly string[],
    args: readonly Operand[],
    piped: Piped,
  ): Dot {
    let value = receiver;
    for (const [i, name] of names.entries()) {
      const last = i === names.length - 1;
      value = this.#step(dot, value, name, node, last ? args : [], last ? piped : NONE);
    }
    return value;
  }

  #step(dot: Dot, receiver: Dot, name: string, node: Operand, args: readonly Operand[], piped: Piped): Dot {
    if (receiver === undefined) return undefined;
    if (receiver === null) return this.fail(`nil pointer evaluating interface {}.${name}`);
    const target = unwrapped(receiver);
    const method = methodOf(target, name, this.#context.budget);
    if (method !== undefined) return this.#call(dot, method, node, name, args, piped);
    const field = fieldOf(target, name);
    const hasArguments = args.length > 0 || piped !== NONE;
    const type = receiver instanceof InInterface ? 'interface {}' : typeName(target);
    if (field === undefined) return this.fail(`can't evaluate field ${name} in type ${type}`);
    if (field.kind === 'unexported') return this.fail(`${name} is an unexported field of struct type ${type}`);
    if (!hasArguments) return field.value;
    return this.fail(
      field.kind === 'entry'
        ? `${name} is not a method but has arguments`
        : `${name} has arguments but cannot be invoked as function`,
    );
  }

  #function(
    dot: Dot,
    node: Operand & { kind: 'identifier' },
    at: AnyNode,
    args: readonly Operand[],
    piped: Piped,
  ): Dot {
    this.at(node);
    const { name } = node;
    const called = this.#functions.get(name);
    if (called === undefined) return this.fail(`${quote(name)} is not a defined function`);
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, args, piped);
    const bound = { ...called, call: (given: readonly Value[]) => called.call(given, this.#context) };
    return this.#call(dot, bound, at, name, args, piped);
  }

  /** The argument that decides; those behind it are not evaluated. */
  #shortCircuit(dot: Dot, name: 'and' | 'or', args: readonly Operand[], piped: Piped): Dot {
    if (args.length === 0 && piped === NONE) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value;
    for (const arg of args) {
      value = this.#argument(dot, 'reflect.Value', arg);
      if (truth(value) === (name === 'or')) return value;
    }
    return piped === NONE ? value : piped;
  }

  #call(
    dot: Dot,
    called: Signature & { readonly call: (args: readonly Value[]) => Value },
    at: AnyNode,
    name: string,
    args: readonly Operand[],
    piped: Piped,
  ): Dot {
    this.#checkCount(called, name, args.length, piped);
    if (called.unusable !== undefined) this.fail(called.unusable);
    const { parameters, variadic } = called;
    const typeOf = (i: number) => parameters[i] ?? (variadic as ParameterType);
    const values = args.map((arg, i) => this.#argument(dot, typeOf(i), arg));
    if (piped !== NONE) values.push(this.#fitting(piped, typeOf(args.length)));
    if (name === 'call') values.unshift(args[0] === undefined ? describe(piped as Value) : writeNode(args[0]));
    return this.guarded(name, at, () => called.call(values), values);
  }

  #checkCount({ parameters, variadic }: Signature, name: string, given: number, piped: Piped): void {
    const count = given + (piped === NONE ? 0 : 1);
    const want = parameters.length;
    if (variadic === undefined) {
      if (count !== want) this.fail(`wrong number of args for ${name}: want ${want} got ${count}`);
    } else if (count < want) this.fail(`wrong number of args for ${name}: want at least ${want} got ${given}`);
  }

  /** Runs a function or an escaper (without name); its failure is an error at `at`. */
  protected guarded(name: string, at: AnyNode, run: () => Value, args: readonly Value[] = []): Value {
    try {
      const { budget } = this.#context;
      budget.step();
      for (const arg of args) budget.workOn(arg);
      return budget.made(run());
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.at(at);
      const isLimit = error instanceof LimitFailure;
      return this.fail(isLimit || name === '' ? error.message : `error calling ${name}: ${error.message}`);
    }
  }

  #argument(dot: Dot, type: ParameterType, node: Operand): Value {
    this.at(node);
    if (node.kind === 'nil') return canBeNil(type) ? nilOf(type) : this.fail(`cannot assign nil to ${type}`);
    if (node.kind !== 'bool' && node.kind !== 'string' && node.kind !== 'number') {
      return this.#fitting(this.#operand(dot, node), type);
    }
    switch (type) {
      case 'reflect.Value':
      case 'interface {}':
        return this.#constant(node);
      case 'string':
        return node.kind === 'string' ? node.text : this.fail(`expected string; found ${writeNode(node)}`);
      case 'bool':
        return node.kind === 'bool' ? node.value : this.fail(`expected bool; found ${writeNode(node)}`);
      case 'int':
      case 'int64':
      case 'time.Duration':
        return this.#integer(node, type);
      default:
        return this.fail(`can't handle ${writeNode(node)} for arg of type ${type}`);
    }
  }

  #integer(node: Operand, type: 'int' | 'int64' | 'time.Duration'): Value {
    if (node.kind !== 'number' || node.int === undefined)
      return this.fail(`expected integer; found ${writeNode(node)}`);
    return type === 'int' ? node.int : new Int(type, node.int);
  }

  /** An operand that is no constant. */
  #operand(dot: Dot, node: Operand): Dot {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'field':
        return this.#field(dot, node, [], NONE);
      case 'variable':
        return this.#variable(dot, node, [], NONE);
      case 'pipe':
        return this.pipeline(dot, node);
      case 'identifier':
        return this.#function(dot, node, node, [], NONE);
      case 'chain':
        return this.#chain(dot, node, [], NONE);
      default:
        return this.fail(`can't evaluate command ${quote(writeNode(node))}`);
    }
  }

  /** The value as a parameter of this type, else an error. */
  #fitting(given: Dot, type: ParameterType): Value {
    const value = unwrapped(given);
    if (value === undefined) return canBeNil(type) ? nilOf(type) : this.fail(`invalid value; expected ${type}`);
    if (value === null) {
      if (type === 'interface {}' || type === 'reflect.Value') return null;
      return this.fail(`wrong type for value; expected ${type}; got interface {}`);
    }
    return assign(value, type) ?? this.fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
  }
}

/** Go's reflect.Value.String. */
function describe(value: Value): string {
  if (value === undefined) return '<invalid Value>';
  if (value instanceof SafeText) return value.text;
  return typeof value === 'string' ? value : `<${typeName(value)} Value>`;
}
