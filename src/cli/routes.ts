import { LabelSet } from '../alert/label-set.ts';
import { matchesAll } from '../alert/matcher.ts';
import { type MatcherMode, parseMatcher } from '../alert/parse-matchers.ts';
import { readConfig } from '../app/load.ts';
import { buildRouteTree, matchRoutes, type Route } from '../routing/route.ts';
import { chooseWord, defineCommand, type Output } from './command.ts';
import { FlagError, text, toggle } from './flag-types.ts';
import { configFileFlag, featuresFlag } from './shared-flags.ts';
import { drawTree, type TreeNode } from './tree.ts';

interface Request {
  readonly labels: LabelSet;
  readonly tree: boolean;
  readonly expected: string;
}

/**
 * `tocsin routes show|test`: prints what `amtool config routes show|test` prints. Exit code 1 also for other receivers
 * than the expected ones.
 */
export const routes = defineCommand({
  name: 'routes',
  usage: ['[show] [--config.file=FILE]', 'test [FLAGS] LABEL=VALUE...'],
  notes: '',
  flags: {
    configFile: configFileFlag,
    features: featuresFlag,
    tree: toggle('tree', 'test: draw the routes that the alert takes.'),
    expected: text(
      'verify.receivers',
      'test: fail unless the alert goes to these receivers, comma-separated, in this order.',
      'LIST',
    ),
  },
  async run({ configFile, features: { matcherMode: mode }, tree, expected }, words, out) {
    const command = chooseWord(words[0] ?? 'show', ['show', 'test']);
    const texts = words.slice(1);
    if (command === 'show' && texts.length > 0) throw new FlagError('show takes no labels; test does');
    const labels = readLabels(texts, mode);
    const root = buildRouteTree((await readConfig(configFile, { mode })).route);
    if (command === 'test') return test(root, { labels, tree, expected }, out);
    out.stdout.write(`Routing tree:\n${drawTree(whole(root))}\n`);
    return 0;
  },
});

function test(root: Route, { labels, tree, expected }: Request, { stdout }: Output): number {
  if (tree) stdout.write(`Matching routes:\n${drawTree(taken(root, labels))}\n\n`);
  const receivers = matchRoutes(root, labels)
    .map(({ receiver }) => receiver)
    .join(',');
  stdout.write(`${receivers}\n`);
  if (expected === '' || expected === receivers) return 0;
  stdout.write('WARNING: Expected receivers did not match resolved receivers.\n');
  return 1;
}

/** @throws FlagError */
function readLabels(texts: readonly string[], mode: MatcherMode): LabelSet {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const { name, type, value } = readMatcher(text, mode);
    if (type !== '=') throw new FlagError(`labels are name=value pairs, ${JSON.stringify(text)} is none`);
    labels.set(name, value);
  }
  return LabelSet.from(labels);
}

function readMatcher(text: string, mode: MatcherMode): ReturnType<typeof parseMatcher>['matcher'] {
  try {
    return parseMatcher(text, mode).matcher;
  } catch (error) {
    throw new FlagError(`failed to parse labels: ${(error as Error).message}`);
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
