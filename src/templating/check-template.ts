import { didYouMean } from './nearest.ts';
import { TemplateError } from './templates.ts';

/** Handlebars' own, which it always counts as known and which the environment does not have. */
const REMOVED = new Set(['log', 'helperMissing', 'blockHelperMissing']);

/** What a template may refer to. */
export interface Vocabulary {
  /** Helpers that stand inside `{{ }}` or `( )`. */
  readonly helpers: ReadonlySet<string>;
  /** Helpers that open a block, `{{#each}}`. */
  readonly blocks: ReadonlySet<string>;
  readonly partials: ReadonlySet<string>;
  /** Inline partials that any file defines: slots of a layout, filled by the templates that use it. */
  readonly slots: ReadonlySet<string>;
}

type Node = hbs.AST.Node;
type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;

/**
 * Finds, before anything is rendered, what would otherwise fail while an alert is waiting: helpers and partials that
 * there are not.
 * @param where names a place in the template, the column from 0, for the beginning of an error.
 * @throws TemplateError with one line per finding, `FILE:LINE: what is wrong`.
 */
export function checkTemplate(
  program: hbs.AST.Program,
  where: (line: number, column: number) => string,
  vocabulary: Vocabulary,
): void {
  const problems: string[] = [];
  const inline = new Set(vocabulary.slots);
  visit(program, (node) => {
    if (node.type === 'DecoratorBlock') {
      const [name] = (node as hbs.AST.DecoratorBlock).params;
      if (name?.type === 'StringLiteral') inline.add((name as hbs.AST.StringLiteral).value);
    }
  });
  visit(program, (node) => {
    const problem = problemOf(node, vocabulary, inline);
    if (problem !== undefined) problems.push(`${where(node.loc.start.line, node.loc.start.column)}${problem}`);
  });
  if (problems.length > 0) throw new TemplateError(problems.join('\n'));
}

function problemOf(node: Node, vocabulary: Vocabulary, inline: ReadonlySet<string>): string | undefined {
  switch (node.type) {
    case 'MustacheStatement':
    case 'SubExpression':
    case 'BlockStatement':
      return problemOfCall(node as Call, vocabulary);
    case 'PartialStatement':
    case 'PartialBlockStatement':
      // What stands in `{{#> name}}` is for where there is no such partial.
      if (node.type === 'PartialBlockStatement' && (node as hbs.AST.PartialBlockStatement).params.length <= 1)
        return undefined;
      return problemOfPartial(node as hbs.AST.PartialStatement, vocabulary.partials, inline);
    case 'Decorator':
    case 'DecoratorBlock': {
      const name = pathText((node as hbs.AST.Decorator).path as Node);
      const [param] = (node as hbs.AST.Decorator).params;
      return name === 'inline' && node.type === 'DecoratorBlock' && param?.type === 'StringLiteral'
        ? undefined
        : `unknown decorator "${name}": the only one is {{#*inline "name"}}`;
    }
    default:
      return undefined;
  }
}

function problemOfCall(node: Call, { helpers, blocks }: Vocabulary): string | undefined {
  const name = pathText(node.path as Node);
  const isCall = node.params.length > 0 || node.hash !== undefined || node.type === 'SubExpression';
  const simple = (node.path as Node).type === 'PathExpression' && isSimple(node.path as hbs.AST.PathExpression);
  const isBlock = node.type === 'BlockStatement';
  if (simple && isBlock && isCall && helpers.has(name)) {
    return `"${name}" does not open a block: write {{#if (${name} ...)}}`;
  }
  if (simple && !isBlock && blocks.has(name)) return `"${name}" opens a block: write {{#${name} ...}} ... {{/${name}}}`;
  if (simple && REMOVED.has(name)) return `unknown helper "${name}"`;
  if (simple && isBlock && blocks.has(name) && node.params.length !== 1)
    return `"${name}" takes one value: {{#${name} ...}}`;
  if (!isCall || (simple && (isBlock ? blocks : helpers).has(name))) return undefined;
  return `unknown helper "${name}"${didYouMean(name, [...(isBlock ? blocks : helpers)])}`;
}

function problemOfPartial(
  { name, params }: hbs.AST.PartialStatement,
  partials: ReadonlySet<string>,
  inline: ReadonlySet<string>,
): string | undefined {
  // Known only when it runs.
  if (name.type === 'SubExpression') return undefined;
  const text = pathText(name);
  if (params.length > 1)
    return `the partial "${text}" takes one context at most, and names: {{> ${text} this name=value}}`;
  if (text === '@partial-block' || partials.has(text) || inline.has(text)) return undefined;
  const near = didYouMean(text, [...partials, ...inline]);
  return `unknown partial "${text}"${near || `; it would be a file partials/${text}.hbs that a glob of templates: matches`}`;
}

function isSimple(path: hbs.AST.PathExpression): boolean {
  return path.parts.length === 1 && !path.data && path.depth === 0 && !/^(this|\.)/.test(path.original);
}

function pathText(node: Node): string {
  return 'original' in node ? String(node.original) : `(${node.type})`;
}

/** Every node of the tree, parents first. */
export function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const member of node) visit(member, see);
    return;
  }
  if (typeof node !== 'object' || node === null || !('type' in node)) return;
  see(node as Node);
  for (const [key, child] of Object.entries(node)) if (key !== 'loc') visit(child, see);
}
