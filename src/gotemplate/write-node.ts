/** Nodes written back as source, as Go's errors quote them. */
import type { BranchNode, CommandNode, ListNode, Node, Operand, PipeNode } from './nodes.ts';
import { quote } from './quote.ts';

export function writeNode(node: Node | ListNode | Operand | CommandNode): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(writeNode).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${writePipe(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return writeBranch(node);
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe ? ` ${writePipe(node.pipe)}` : ''}}}`;
    case 'pipe':
      return writePipe(node);
    case 'command':
      return node.operands.map(writeArgument).join(' ');
    default:
      return writeOperand(node);
  }
}

function writeBranch(node: BranchNode): string {
  const otherwise = node.elseList ? `{{else}}${writeNode(node.elseList)}` : '';
  return `{{${node.kind} ${writePipe(node.pipe)}}}${writeNode(node.list)}${otherwise}{{end}}`;
}

function writePipe(pipe: PipeNode): string {
  const declares = pipe.variables.length > 0 ? `${pipe.variables.join(', ')} ${pipe.assigns ? '=' : ':='} ` : '';
  return declares + pipe.commands.map(writeNode).join(' | ');
}

function writeArgument(operand: Operand): string {
  return operand.kind === 'pipe' ? `(${writePipe(operand)})` : writeOperand(operand);
}

function writeOperand(node: Operand): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'identifier':
      return node.name;
    case 'field':
      return fields(node.names);
    case 'variable':
      return node.name + fields(node.fields);
    case 'chain':
      return writeArgument(node.node) + fields(node.names);
    case 'pipe':
      return writePipe(node);
  }
}

function fields(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join('');
}
