import { parseArgs } from 'node:util';
import { LabelSet } from '../alert/label-set.ts';
import { matchesAll } from '../alert/matcher.ts';
import { type MatcherMode, parseMatcher } from '../alert/parse-matchers.ts';
import { readConfig } from '../app/load.ts';
import { ConfigError } from '../config/config-error.ts';
import { buildRouteTree, matchRoutes, type Route } from '../routing/route.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { parseFeatures } from './features.ts';
import { drawTree, type TreeNode } from './tree.ts';
import { helped, type Output } from './usage.ts';

const USAGE = `usage: tocsin routes [show] [--config.file=FILE]
       tocsin routes test [FLAGS] LABEL=VALUE...
  --config.file FILE        the configuration (default: config/tocsin.yml of the package)
  --enable-feature LIST     features, as the server is given them: they decide how matchers are read
  --tree                    test: draw the routes that the alert takes
  --verify.receivers LIST   test: fail unless the alert goes to these receivers, comma-separated, in this order
`;

interface Request {
  readonly command: 'show' | 'test';
  readonly file: string;
  readonly mode: MatcherMode;
  readonly labels: LabelSet;
  readonly tree: boolean;
  readonly expected: string | undefined;
}

/**
 * `tocsin routes show|test`: prints what `amtool config routes show|test` prints.
 * @param args what follows `routes` on the command line.
 * @returns the exit code: 1 for a mistake and for receivers other than the expected ones.
 */
export async function routes(args: readonly string[], out: Output = process): Promise<number> {
  if (helped(args, USAGE, out)) return 0;
  let request: Request;
  let root: Route;
  try {
    request = readRequest(args);
    root = buildRouteTree((await readConfig(request.file, request)).route);
  } catch (error) {
    const usage = error instanceof ConfigError ? '' : USAGE;
    out.stderr.write(`tocsin: ${(error as Error).message}\n${usage}`);
    return 1;
  }
  if (request.command === 'show') {
    out.stdout.write(`Routing tree:\n${drawTree(whole(root))}\n`);
    return 0;
  }
  return test(root, request, out);
}

function test(root: Route, { labels, tree, expected }: Request, { stdout }: Output): number {
  if (tree) stdout.write(`Matching routes:\n${drawTree(taken(root, labels))}\n\n`);
  const receivers = matchRoutes(root, labels)
    .map(({ receiver }) => receiver)
    .join(',');
  stdout.write(`${receivers}\n`);
  if (expected === undefined || expected === receivers) return 0;
  stdout.write('WARNING: Expected receivers did not match resolved receivers.\n');
  return 1;
}

/** @throws Error with one line for the user */
function readRequest(args: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'config.file': { type: 'string', default: DEFAULT_CONFIG },
      'enable-feature': { type: 'string', default: '' },
      'verify.receivers': { type: 'string' },
      tree: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [command = 'show', ...labels] = positionals;
  const file = values['config.file'];
  if (command !== 'show' && command !== 'test') {
    throw new Error(`routes: the commands are show and test, not ${JSON.stringify(command)}`);
  }
  if (command === 'show' && labels.length > 0) throw new Error('routes show: takes no labels; routes test does');
  const { matcherMode: mode } = parseFeatures(values['enable-feature']);
  const expected = values['verify.receivers'] || undefined;
  return { command, file, mode, labels: readLabels(labels, mode), tree: values.tree, expected };
}

function readLabels(texts: readonly string[], mode: MatcherMode): LabelSet {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const { name, type, value } = readMatcher(text, mode);
    if (type !== '=') throw new Error(`routes test: labels are name=value pairs, ${JSON.stringify(text)} is none`);
    labels.set(name, value);
  }
  return LabelSet.from(labels);
}

function readMatcher(text: string, mode: MatcherMode): ReturnType<typeof parseMatcher>['matcher'] {
  try {
    return parseMatcher(text, mode).matcher;
  } catch (error) {
    throw new Error(`routes test: failed to parse labels: ${(error as Error).message}`);
  }
}

function whole(route: Route): TreeNode {
  const goesOn = route.continue ? '  continue: true' : '';
  return {
    text: `${matchersOf(route)}${goesOn}  receiver: ${route.receiver}`,
    children: route.children.all.map(whole),
  };
}

/** The part of the tree that an alert with these labels walks; only its ends name a receiver. */
function taken(route: Route, labels: LabelSet): TreeNode {
  const children: TreeNode[] = [];
  for (const child of route.children.all) {
    if (!matchesAll(child.matchers, labels)) continue;
    children.push(taken(child, labels));
    if (!child.continue) break;
  }
  const receiver = children.length === 0 ? `  receiver: ${route.receiver}` : '';
  return { text: `${matchersOf(route)}${receiver}`, children };
}

function matchersOf({ matchers }: Route): string {
  return matchers.length === 0 ? 'default-route' : `{${matchers.join(',')}}`;
}
