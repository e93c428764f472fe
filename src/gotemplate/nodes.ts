/** The parsed tree of a Go template. A tree is never changed once it is parsed; an escaped tree (html/) is a new one. */
import type { Value } from './value.ts';

/** Where a tree comes from: `name` as Go's errors print it (base name of the file, '' for a configuration string), `path` to the file, if any. */
export interface Source {
  readonly name: string;
  readonly path?: string;
  readonly text: string;
}

/** One definition: `name` is what `{{template "name"}}` calls. */
export interface Template {
  readonly name: string;
  readonly source: Source;
  readonly root: ListNode;
}

/** `pos`: index in `source.text` (UTF-16 units, from 0), as in Go's own nodes; line and byte column are worked out when an error needs them. */
interface At {
  readonly pos: number;
}

export interface ListNode extends At {
  readonly kind: 'list';
  readonly nodes: readonly Node[];
}

export interface TextNode extends At {
  readonly kind: 'text';
  readonly text: string;
}

/** Applied to the printed value of an action, in order; `undefined` is Go's "no value", `null` nil. */
export type Escaper = (value: Value) => Value;

/** A pipeline that prints, or only declares and assigns. */
export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
  /** Set by html escaping only. */
  readonly escapers?: readonly Escaper[];
}

export interface BranchNode extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}

export interface LoopControlNode extends At {
  readonly kind: 'break' | 'continue';
}

export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** What a body consists of. Comments and definitions leave no node. */
export type Node = TextNode | ActionNode | BranchNode | LoopControlNode | TemplateNode;

export interface PipeNode extends At {
  readonly kind: 'pipe';
  /** Declared or assigned variables, with their `$`; two in a `range` only. */
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  /** At least one. */
  readonly commands: readonly CommandNode[];
}

export interface CommandNode extends At {
  readonly kind: 'command';
  /** The first is what is called or yielded; the rest are its arguments. At least one. */
  readonly operands: readonly Operand[];
}

export type Operand =
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | IdentifierNode
  | FieldNode
  | VariableNode
  | ChainNode
  | PipeNode;

export interface DotNode extends At {
  readonly kind: 'dot';
}

export interface NilNode extends At {
  readonly kind: 'nil';
}

export interface BoolNode extends At {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** A constant: each reading that fits its text is set. `text` as written. */
export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  /** Within int64. */
  readonly int: bigint | undefined;
  /** Within uint64. */
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: { readonly re: number; readonly im: number } | undefined;
  /** Written with quotes: 'x'. */
  readonly character: boolean;
}

/** `quoted`: as written, `text`: its value. */
export interface StringNode extends At {
  readonly kind: 'string';
  readonly quoted: string;
  readonly text: string;
}

/** The name of a function. */
export interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `.a.b`: names without dots. */
export interface FieldNode extends At {
  readonly kind: 'field';
  readonly names: readonly string[];
}

/** `$x.a.b`: name with `$`, then field names. */
export interface VariableNode extends At {
  readonly kind: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
}

/** `(pipeline).a.b`, `function.a.b`. */
export interface ChainNode extends At {
  readonly kind: 'chain';
  readonly node: Operand;
  readonly names: readonly string[];
}
