import type { Notification } from '../support/webhook-collector.ts';
import { differences } from './compare.ts';
import { ask, isSelfTest, type Pair, post, type Side } from './pair.ts';

export type Labels = Readonly<Record<string, string>>;

/** What a step can do to its side; labels and matchers get the scenario's own added. */
export interface Hands {
  /** Posts alerts that fire for long unless `fields` says otherwise. `startsAt` and `endsAt` are seconds from now. */
  fire(labels: readonly Labels[], fields?: AlertFields): Promise<void>;
  resolve(labels: readonly Labels[]): Promise<void>;
  /** @param until seconds from now. */
  silence(name: string, matchers: Labels, until: number): Promise<void>;
  unsilence(name: string): Promise<void>;
  /** Keeps the answer for the comparison; the scenario's filter is added to the query. */
  look(path: '/api/v2/alerts' | '/api/v2/alerts/groups', query?: string): Promise<void>;
}

export interface AlertFields {
  readonly startsAt?: number;
  /** null leaves it to resolve_timeout. */
  readonly endsAt?: number | null;
  readonly annotations?: Labels;
  readonly generatorURL?: string;
}

/** What happens at a second of the script, counted from its start. */
export type Step = readonly [seconds: number, act: (hands: Hands) => Promise<void>];

/**
 * A part of the script: its alerts carry `scenario="NAME"` and reach its own routes and receiver, so that all
 * scenarios run side by side in one pair of programs.
 */
export interface Scenario {
  readonly name: string;
  /** Merged into the route `scenario="NAME"` -> receiver NAME. */
  readonly route?: Readonly<Record<string, unknown>>;
  /** Merged into its receiver's webhook. */
  readonly webhook?: Readonly<Record<string, unknown>>;
  /** Further webhooks of the same receiver, posting to `/NAME/N`. */
  readonly webhooks?: number;
  /** Receivers NAME-SUFFIX for child routes. */
  readonly receivers?: readonly string[];
  readonly inhibit?: readonly Readonly<Record<string, unknown>>[];
  /** Status codes for its first notifications; 200 then. */
  readonly answers?: readonly number[];
  readonly steps: readonly Step[];
  /** Seconds that a notification may come earlier or later than the other program's. */
  readonly tolerance?: number;
  /** Notifications that the script must bring at all, or it proves nothing. */
  readonly notifications: number;
}

const FAR = 3_600;

export function configOf(scenarios: readonly Scenario[], extra: object): (hook: string) => unknown {
  return (hook) => ({
    global: { resolve_timeout: '4s' },
    ...extra,
    route: {
      receiver: 'nobody',
      group_wait: '1s',
      group_interval: '2s',
      repeat_interval: '1h',
      routes: scenarios.map(({ name, route }) => ({ match: { scenario: name }, receiver: name, ...route })),
    },
    inhibit_rules: scenarios.flatMap(({ name, inhibit = [] }) =>
      inhibit.map(({ source_match, target_match, ...rule }) => ({
        ...rule,
        source_match: { scenario: name, ...(source_match as Labels) },
        target_match: { scenario: name, ...(target_match as Labels) },
      })),
    ),
    receivers: [
      { name: 'nobody' },
      ...scenarios.flatMap(({ name, webhook, webhooks = 0, receivers = [] }) => [
        {
          name,
          webhook_configs: [
            { url: `${hook}${name}`, ...webhook },
            ...Array.from({ length: webhooks }, (_, i) => ({ url: `${hook}${name}/${i}` })),
          ],
        },
        ...receivers.map((suffix) => ({
          name: `${name}-${suffix}`,
          webhook_configs: [{ url: `${hook}${name}-${suffix}` }],
        })),
      ]),
    ],
  });
}

/** What one scenario brought about on one side. */
export interface Outcome {
  /** By path and group key, in order. */
  readonly notifications: ReadonlyMap<string, readonly Notification[]>;
  readonly looks: readonly { readonly path: string; readonly body: unknown }[];
}

/** Runs the script on both sides at once and gives each side's outcome; `start` is the script's second 0. */
export async function play(
  scenario: Scenario,
  { sides }: Pair,
  start: number,
  end: number,
): Promise<[Outcome, Outcome]> {
  const one = async (side: Side): Promise<Outcome> => {
    const looks: { path: string; body: unknown }[] = [];
    const hands = handsOf(scenario.name, side, looks);
    for (const [seconds, act] of scenario.steps) {
      await until(start + seconds * 1_000);
      await act(hands);
    }
    await until(end);
    const own = side.hook.notifications.filter(({ path }) => path.split(/[/-]/)[1] === scenario.name);
    return { notifications: Map.groupBy(own, ({ path, body }) => `${path} ${body.groupKey}`), looks };
  };
  return Promise.all([one(sides[0]), one(sides[1])]);
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(time - Date.now(), 0)));
}

function handsOf(name: string, side: Side, looks: { path: string; body: unknown }[]): Hands {
  const silences = new Map<string, string>();
  const at = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  const own = (labels: Labels): Labels => ({ scenario: name, ...labels });
  return {
    async fire(labels, { startsAt, endsAt = FAR, ...fields } = {}) {
      const alerts = labels.map((one) => ({
        labels: own(one),
        ...fields,
        ...(startsAt === undefined ? {} : { startsAt: at(startsAt) }),
        ...(endsAt === null ? {} : { endsAt: at(endsAt) }),
      }));
      await post(side, '/api/v2/alerts', alerts);
    },
    async resolve(labels) {
      await post(
        side,
        '/api/v2/alerts',
        labels.map((one) => ({ labels: own(one), endsAt: at(0) })),
      );
    },
    async silence(id, matchers, seconds) {
      const answer = (await post(side, '/api/v2/silences', {
        matchers: Object.entries(own(matchers)).map(([key, value]) => ({ name: key, value, isRegex: false })),
        startsAt: at(0),
        endsAt: at(seconds),
        createdBy: 'conformance',
        comment: id,
      })) as { silenceID: string };
      silences.set(id, answer.silenceID);
    },
    async unsilence(id) {
      await ask(side, { method: 'DELETE', path: `/api/v2/silence/${silences.get(id)}` });
    },
    async look(path, query = '') {
      const filter = encodeURIComponent(`scenario="${name}"`);
      const { body } = await ask(side, { path: `${path}?filter=${filter}&${query}` });
      looks.push({ path: `${path}?${query}`, body });
    },
  };
}

/** How the candidate's outcome differs from the reference's; empty when it conforms. */
export function outcomeDifferences(
  scenario: Scenario,
  [reference, candidate]: [Outcome, Outcome],
  start: number,
): string[] {
  const options = { added: !isSelfTest, ignore: ['webhook.externalURL'] };
  const seconds = (list: readonly Notification[]): string =>
    list.map(({ at }) => ((at - start) / 1_000).toFixed(1)).join(', ');
  const keys = new Set([...reference.notifications.keys(), ...candidate.notifications.keys()]);
  const notified = [...keys].flatMap((key) => {
    const expected = reference.notifications.get(key) ?? [];
    const actual = candidate.notifications.get(key) ?? [];
    const times = `${key}: Alertmanager notified at ${seconds(expected)}; here at ${seconds(actual)}`;
    if (expected.length !== actual.length) return [times];
    const limit = (scenario.tolerance ?? 0.7) * 1_000;
    const late = expected.some((one, i) => Math.abs(one.at - (actual[i]?.at ?? 0)) > limit);
    const bodies = expected.flatMap((one, i) =>
      differences(one.body, actual[i]?.body, 'webhook', options).map(
        (line) => `${key}, notification ${i + 1}: ${line}`,
      ),
    );
    return late ? [times, ...bodies] : bodies;
  });
  const looked = reference.looks.flatMap(({ path, body }, i) => {
    const root = path.includes('groups') ? 'groups' : 'alerts';
    return differences(body, candidate.looks[i]?.body, root, options).map((line) => `GET ${path}: ${line}`);
  });
  return [...notified, ...looked];
}
