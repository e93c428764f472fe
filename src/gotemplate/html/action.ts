/** Which escapers an action needs where it stands. */
import type { ActionNode, CommandNode, IdentifierNode, PipeNode } from '../nodes.ts';
import { quote } from '../quote.ts';
import { writeNode } from '../write-node.ts';
import { type Context, fault, isComment, nudge, type Place, type State } from './context.ts';
import { type EscaperName, escaperOf } from './escapers.ts';

/** Go's own functions that escape. */
const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

/** Of each predefined function, the escapers that it takes the place of. */
const EQUIVALENTS: Readonly<Record<string, readonly EscaperName[]>> = {
  html: ['attribute', 'html', 'rcdata'],
  urlquery: ['urlEscaper', 'urlNormalizer'],
};

/** What needs no escaping for an attribute in quotes any more. */
const SAFE_IN_QUOTES: readonly EscaperName[] = [
  'comment',
  'cssString',
  'scriptRegexp',
  'scriptString',
  'scriptTemplate',
];

const BY_STATE: Partial<Record<State, readonly EscaperName[]>> = {
  stateText: ['html'],
  stateRCDATA: ['rcdata'],
  stateAttr: [],
  stateAttrName: ['name'],
  stateSrcset: ['srcset'],
  stateMetaContent: [],
  stateMetaContentURL: ['urlFilter'],
  stateCSS: ['cssValue'],
  stateJS: ['scriptValue'],
  stateJSDqStr: ['scriptString'],
  stateJSSqStr: ['scriptString'],
  stateJSTmplLit: ['scriptTemplate'],
  stateJSRegexp: ['scriptRegexp'],
};

export interface EscapedAction {
  readonly node: ActionNode;
  /** Behind the action. */
  readonly context: Context;
}

/** @param place finds where the action is, for errors. */
export function escapeAction(before: Context, node: ActionNode, place: () => Place): EscapedAction {
  if (node.pipe.variables.length > 0) return { node, context: before };
  const c = nudge(before);
  const disallowed = misplacedEscaper(c, node.pipe);
  if (disallowed !== undefined) {
    return { node, context: fault(`predefined escaper ${quote(disallowed)} disallowed in template`, place()) };
  }
  if (c.urlPart === 'urlPartUnknown' && takesUrl(c.state)) {
    return { node, context: fault(`${writeNode(node)} appears in an ambiguous context within a URL`, place()) };
  }
  // A slash behind a value divides.
  const context: Context = c.state === 'stateJS' ? { ...c, slash: 'jsCtxDivOp' } : c;
  const { pipe, names } = merge(node.pipe, escapersFor(c));
  return { node: { ...node, pipe, escapers: withoutSuperfluous(names).map(escaperOf) }, context };
}

/** `html` or `urlquery` where its result would be changed again. */
function misplacedEscaper(c: Context, pipe: PipeNode): string | undefined {
  const isUnquoted = c.state === 'stateAttr' && c.delim === 'delimSpaceOrTagEnd';
  return pipe.commands
    .map(functionName)
    .find(
      (name, index) => PREDEFINED.has(name) && (index < pipe.commands.length - 1 || (isUnquoted && name === 'html')),
    );
}

function functionName({ operands: [first] }: CommandNode): string {
  return first?.kind === 'identifier' ? first.name : '';
}

function takesUrl(state: State): boolean {
  return ['stateURL', 'stateCSSDqStr', 'stateCSSSqStr', 'stateCSSDqURL', 'stateCSSSqURL', 'stateCSSURL'].includes(
    state,
  );
}

function escapersFor(c: Context): readonly EscaperName[] {
  const names = [...(isComment(c.state) ? (['comment'] as const) : (BY_STATE[c.state] ?? urlEscapers(c)))];
  if (c.delim === 'delimNone') return names;
  if (c.delim === 'delimSpaceOrTagEnd') return [...names, 'unquoted'];
  return [...names, 'attribute'];
}

function withoutSuperfluous(names: readonly EscaperName[]): readonly EscaperName[] {
  const isSafe = names.at(-1) === 'attribute' && SAFE_IN_QUOTES.includes(names.at(-2) as EscaperName);
  return isSafe ? names.slice(0, -1) : names;
}

function urlEscapers(c: Context): readonly EscaperName[] {
  if (c.urlPart === 'urlPartQueryOrFrag') return ['urlEscaper'];
  const isString = c.state === 'stateCSSDqStr' || c.state === 'stateCSSSqStr';
  const last = isString ? 'cssString' : 'urlNormalizer';
  return c.urlPart === 'urlPartNone' ? ['urlFilter', last] : [last];
}

interface Merged {
  readonly pipe: PipeNode;
  readonly names: readonly EscaperName[];
}

/** A predefined function at the end of the pipeline takes the place of its equivalent. */
function merge(pipe: PipeNode, names: readonly EscaperName[]): Merged {
  const last = pipe.commands.at(-1) as CommandNode;
  const name = functionName(last);
  if (names.length === 0 || !PREDEFINED.has(name)) return { pipe, names };
  const commands = pipe.commands.length === 1 && last.operands.length > 1 ? separate(last) : pipe.commands;
  const equivalents = EQUIVALENTS[name] as readonly EscaperName[];
  if (!names.some((candidate) => equivalents.includes(candidate))) return { pipe: { ...pipe, commands }, names };
  const own: EscaperName = name === 'html' ? 'predefinedHtml' : 'predefinedQuery';
  return {
    pipe: { ...pipe, commands: commands.slice(0, -1) },
    names: names.map((candidate) => (equivalents.includes(candidate) ? own : candidate)),
  };
}

/** `html a b` as `print a b | html`. */
function separate(command: CommandNode): readonly CommandNode[] {
  const [first, ...values] = command.operands as readonly [IdentifierNode, ...CommandNode['operands']];
  return [
    { ...command, operands: [{ ...first, name: 'print' }, ...values] },
    { ...command, operands: [first] },
  ];
}
