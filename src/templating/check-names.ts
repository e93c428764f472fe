import type { TemplateAlert, TemplateData, TocsinData } from './data.ts';
import { didYouMean } from './nearest.ts';

type Names<T> = Readonly<Record<keyof T, true>>;

/** What a template sees at its top, at `tocsin`, and at an alert. Records, so that no name can be missing. */
const TOP: Names<Omit<TemplateData, 'routeLabelSources'>> = {
  receiver: true,
  status: true,
  alerts: true,
  notificationReason: true,
  groupLabels: true,
  commonLabels: true,
  commonAnnotations: true,
  routeLabels: true,
  externalURL: true,
  groupKey: true,
  truncatedAlerts: true,
  tocsin: true,
};
const TOCSIN: Names<TocsinData> = {
  now: true,
  firing: true,
  resolved: true,
  severity: true,
  groupURL: true,
  sentBefore: true,
  firstSentAt: true,
  version: true,
  timeZone: true,
  notes: true,
  digest: true,
};
const ALERT: Names<Required<TemplateAlert>> = {
  status: true,
  labels: true,
  annotations: true,
  startsAt: true,
  endsAt: true,
  generatorURL: true,
  fingerprint: true,
  source: true,
  details: true,
  silenceURL: true,
  occurrences: true,
  firstSeenAt: true,
  notifiedUpTo: true,
  event: true,
  isNew: true,
};

type Node = hbs.AST.Node;
type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression;
type Values = Pick<Call, 'params' | 'hash'>;

/**
 * Finds names that the data does not have: they would be blank. Only where a path starts at the top of the data, since
 * labels may have any name, and what an `each`, a `with` or a partial looks at is known only when it runs.
 */
export class NameCheck {
  readonly #helpers: ReadonlySet<string>;
  readonly #report: (line: number, problem: string) => void;

  /** @param helpers names that are no data. */
  constructor(helpers: ReadonlySet<string>, report: (line: number, problem: string) => void) {
    this.#helpers = helpers;
    this.#report = report;
  }

  /** @param top whether what is looked at is the top of the data. */
  block(block: hbs.AST.Program | undefined, top = true): void {
    for (const node of block?.body ?? []) this.#statement(node, top);
  }

  #statement(node: Node, top: boolean): void {
    if (node.type === 'MustacheStatement') this.#call(node as Call, top);
    else if (node.type === 'BlockStatement') {
      const { path, program, inverse } = node as hbs.AST.BlockStatement;
      this.#call(node as Call, top);
      this.block(program, top && (path.original === 'if' || path.original === 'unless'));
      this.block(inverse, top);
    } else if (node.type === 'PartialStatement' || node.type === 'PartialBlockStatement') {
      this.#values(node as hbs.AST.PartialStatement, top);
    }
  }

  #call(node: Call, top: boolean): void {
    const { original } = node.path as hbs.AST.PathExpression;
    const isHelper = node.params.length > 0 || node.hash !== undefined || this.#helpers.has(original);
    if (!isHelper) this.#value(node.path, top);
    this.#values(node, top);
  }

  #values({ params, hash }: Values, top: boolean): void {
    for (const value of [...params, ...(hash?.pairs ?? []).map((pair) => pair.value)]) this.#value(value, top);
  }

  #value(node: Node, top: boolean): void {
    if (node.type === 'SubExpression') this.#call(node as Call, top);
    else if (node.type === 'PathExpression') this.#path(node as hbs.AST.PathExpression, top);
  }

  #path({ data, depth, parts, loc }: hbs.AST.PathExpression, top: boolean): void {
    const isRoot = data && String(parts[0]) === 'root';
    if (!isRoot && (data || depth > 0 || !top)) return;
    const [first, second] = parts.slice(isRoot ? 1 : 0).map(String);
    const problem = oddName(first, TOP) ?? (first === 'tocsin' ? oddName(second, TOCSIN) : undefined);
    if (problem !== undefined) this.#report(loc.start.line, problem);
  }
}

function oddName(name: string | undefined, known: Readonly<Record<string, true>>): string | undefined {
  if (name === undefined || Object.hasOwn(known, name)) return undefined;
  const blank = `nothing is named "${name}" here, so it will be blank`;
  if (Object.hasOwn(ALERT, name)) return `${blank}: it belongs to an alert, inside of {{#each alerts}}`;
  return `${blank}${didYouMean(name, Object.keys(known))}`;
}
