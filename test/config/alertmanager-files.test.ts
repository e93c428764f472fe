import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const directory = new URL('../fixtures/alertmanager/config/', import.meta.url);
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/alertmanager/expected.json', import.meta.url), 'utf8'),
) as Record<string, { load: boolean; error?: string | null }>;

/** Where Tocsin decides or words otherwise than expected.json, each with its reason. */
const DEPARTURES: Record<string, { reason: string; errors: string[] }> = {
  'conf.opsgenie-default-apikey-old-team.yml': {
    reason: 'the error begins with the line, and names the receiver that the file lacks',
    errors: [
      '8:13: route.receiver: undefined receiver "escalation-Y-opsgenie" used in route (the file has "team-X-opsgenie")',
      '16:9: receivers[0].opsgenie_configs[0].teams: unknown key: teams (did you mean tags?)',
    ],
  },
};

describe("Alertmanager's own configuration files", () => {
  test.each(readdirSync(directory).sort())('%s', (name) => {
    const text = readFileSync(new URL(name, directory), 'utf8');
    const decision = expected[name];
    const departure = DEPARTURES[name];
    const problems = problemsOf(text);
    if (departure) expect(problems).toEqual(departure.errors);
    else if (decision?.load) expect(problems).toEqual([]);
    else {
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join('\n')).toContain(decision?.error ?? 'expected a mapping with keys such as global, route');
    }
  });

  test('every file is in the table', () => {
    expect(readdirSync(directory).sort()).toEqual(Object.keys(expected).sort());
  });
});

test("a Calico user's configuration loads unmodified", () => {
  const file = new URL('../fixtures/calico/alertmanager-config.yaml', import.meta.url);
  const config = load(readFileSync(file, 'utf8'));
  expect(config.warnings).toEqual([]);
  expect(config.resolveTimeout).toBe(60_000);
  expect(config.route).toMatchObject({ receiver: 'tigera-alert', groupBy: ['job'], groupWait: 30_000 });
  expect(config.receivers[0]?.integrations[0]).toMatchObject({
    kind: 'email',
    index: 0,
    sendResolved: true,
    config: {
      to: 'netsec@example.org',
      smarthosts: [{ host: '127.0.0.1', port: 2587 }],
      headers: new Map([['Subject', 'Calico Alerts']]),
      requireTls: true,
      tls: { insecureSkipVerify: true },
    },
  });
});
