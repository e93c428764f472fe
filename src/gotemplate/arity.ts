/** Whether a template can only fail: a call in it has a number of arguments that its function never takes. */
import type { ListNode, Node, Operand, PipeNode, Template } from './nodes.ts';
import type { Signature } from './signature.ts';

/** The name of the first such function; undefined: there is none. */
export function wrongCall(
  templates: Iterable<Template>,
  functions: ReadonlyMap<string, Signature>,
): string | undefined {
  for (const { root } of templates) {
    const found = inList(root, functions);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Functions = ReadonlyMap<string, Signature>;

function inList(list: ListNode | undefined, functions: Functions): string | undefined {
  for (const node of list?.nodes ?? []) {
    const found = inNode(node, functions);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inNode(node: Node, functions: Functions): string | undefined {
  switch (node.kind) {
    case 'action':
    case 'template':
      return inPipe(node.pipe, functions);
    case 'if':
    case 'with':
    case 'range':
      return inPipe(node.pipe, functions) ?? inList(node.list, functions) ?? inList(node.elseList, functions);
    default:
      return undefined;
  }
}

function inPipe(pipe: PipeNode | undefined, functions: Functions): string | undefined {
  for (const [i, { operands }] of pipe?.commands.entries() ?? []) {
    const [first, ...args] = operands as [Operand, ...Operand[]];
    const given = args.length + (i > 0 ? 1 : 0);
    if (first.kind === 'identifier' && !takes(functions.get(first.name), given)) return first.name;
    const found =
      (first.kind === 'identifier' ? undefined : inOperand(first, functions)) ?? inOperands(args, functions);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inOperands(operands: readonly Operand[], functions: Functions): string | undefined {
  for (const operand of operands) {
    const found = inOperand(operand, functions);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inOperand(operand: Operand, functions: Functions): string | undefined {
  if (operand.kind === 'pipe') return inPipe(operand, functions);
  if (operand.kind === 'chain') return inOperand(operand.node, functions);
  return operand.kind === 'identifier' && !takes(functions.get(operand.name), 0) ? operand.name : undefined;
}

function takes(signature: Signature | undefined, given: number): boolean {
  if (signature === undefined) return false;
  const { parameters, variadic } = signature;
  return variadic === undefined ? given === parameters.length : given >= parameters.length;
}
