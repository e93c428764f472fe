/** The functions of Go's text/template. */
import { Failure } from '../errors.ts';
import { sprint, sprintf, sprintln } from '../fmt.ts';
import type { GoFunction, ParameterType } from '../signature.ts';
import { truth } from '../truth.ts';
import { typeName, type Value } from '../value.ts';
import { equalsOne, less, lessOrEqual } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery, printed } from './escape.ts';
import { indexed, length, sliced } from './indexing.ts';

type Call = (args: readonly Value[]) => Value;

function raw(count: number, call: Call, variadic = false): GoFunction {
  const parameters: ParameterType[] = Array.from({ length: count }, () => 'reflect.Value');
  return variadic ? { parameters, variadic: 'reflect.Value', call } : { parameters, call };
}

/** Any number of values, to be made into text. */
function text(call: (args: readonly Value[]) => string, ...parameters: readonly ParameterType[]): GoFunction {
  return { parameters, variadic: 'interface {}', call };
}

function undefinedHere(): never {
  throw new Failure('evaluated by the evaluator itself');
}

export const BUILTINS: Readonly<Record<string, GoFunction>> = {
  // Not all of their arguments are evaluated: the evaluator does it.
  and: raw(1, undefinedHere, true),
  or: raw(1, undefinedHere, true),
  not: raw(1, ([value]) => !truth(value)),
  len: raw(1, ([value]) => length(value)),
  index: raw(1, indexed, true),
  slice: raw(1, sliced, true),
  call: raw(1, callValue, true),
  eq: raw(1, equalsOne, true),
  ne: raw(2, (args) => !equalsOne(args)),
  lt: raw(2, ([a, b]) => less(a, b)),
  le: raw(2, ([a, b]) => lessOrEqual(a, b)),
  gt: raw(2, ([a, b]) => !lessOrEqual(a, b)),
  ge: raw(2, ([a, b]) => !less(a, b)),
  print: text(sprint),
  println: text(sprintln),
  printf: text(([format, ...args]) => sprintf(format as string, args), 'string'),
  html: text((args) => escapeHtml(printed(args))),
  js: text((args) => escapeJs(printed(args))),
  urlquery: text((args) => escapeQuery(printed(args))),
};

/** Nothing in the data can be called. @param args the text of the callee comes first. */
function callValue([callee, value]: readonly Value[]): Value {
  if (value === undefined || value === null) throw new Failure('call of nil');
  throw new Failure(`non-function ${callee as string} of type ${typeName(value)}`);
}
