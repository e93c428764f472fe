import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { startAlertmanager } from '../support/alertmanager.ts';
import { startTocsin } from '../support/tocsin.ts';
import { postJson } from './support.ts';

const CONFIG = 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n';

interface ApiAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'job', 'instance'),
);
const value = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom('a b', 'é', 'é', '\u{1f525}', '\u0000', '\ufeff', '\uffff', 'a\xffb', 'x'.repeat(2_000)),
);
const labelSet = fc
  .array(fc.tuple(name, value), { minLength: 1, maxLength: 12 })
  .map((pairs) => Object.fromEntries([['alertname', 'Generated'], ...pairs]) as Record<string, string>);

async function fingerprints(url: string, alerts: readonly object[]): Promise<string[]> {
  const answer = await postJson(`${url}/api/v2/alerts`, alerts);
  expect(answer.status, await answer.text()).toBe(200);
  const kept = (await (await fetch(`${url}/api/v2/alerts`)).json()) as ApiAlert[];
  const sorted = (labels: ApiAlert['labels']): string =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return kept.map(({ labels, fingerprint }) => `${sorted(labels)} ${fingerprint}`).sort();
}

test('are those of a real Alertmanager, for 500 label sets of every kind', async () => {
  const alertmanager = await startAlertmanager(CONFIG);
  onTestFinished(() => alertmanager.stop());
  const tocsin = await startTocsin(CONFIG);
  onTestFinished(() => tocsin.stop());
  const alerts = fc.sample(labelSet, { numRuns: 500, seed: 20_261_121 }).map((labels) => ({ labels }));
  const expected = await fingerprints(alertmanager.url, alerts);
  expect(expected.length).toBeGreaterThan(450);
  expect(await fingerprints(tocsin.url, alerts)).toEqual(expected);
});
