import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { RequestError } from '../../src/sources/prometheus/request-error.ts';
import { sources } from '../../src/sources/registry.ts';
import { type Source, UnreadableError } from '../../src/sources/source.ts';
import { context, DAY, fixture } from './context.ts';

/** Bodies near enough to what is expected that generated values reach every reader. */
const KEYS = [
  'alert alerts audit networkpolicy labels annotations startsAt endsAt generatorURL status policy name severity deployment',
  'image resource node violations processViolation processes message time firstOccurred state user request endpoint method',
  'yaml cluster id type containers inactive values silenceURL __proto__ constructor toString length',
  'results metadata additionalInfo violatedPolicies violation failingCheck summary remarks',
].flatMap((line) => line.split(' '));

const { body: anyBody } = fc.letrec((tie) => ({
  body: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('2026-08-20T10:00:00Z', '', 'RESOLVED', 'ATTEMPTED', 'firing', 'resolved', '\ud800'),
    fc.array(tie('body'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('body'), { maxKeys: 8 }),
  ),
}));

describe('the registry', () => {
  it('knows every source once', () => {
    expect(sources.map(({ name, defaultPath, defaultStaleAfter }) => [name, defaultPath, defaultStaleAfter])).toEqual([
      ['prometheus', '/api/v2/alerts', undefined],
      ['alertmanager', '/webhooks/alertmanager', DAY],
      ['rhacs', '/webhooks/rhacs', DAY],
      ['alauda', '/webhooks/alauda', DAY],
      ['roxctl', '/webhooks/roxctl', undefined],
    ]);
  });
});

describe.each(sources)('source $name', (source) => {
  const ctx = context(source.defaultStaleAfter);
  const outcome = (body: unknown) => {
    try {
      return source.parse(body, ctx);
    } catch (error) {
      if (error instanceof UnreadableError || error instanceof RequestError) return error;
      throw error;
    }
  };

  it('throws nothing but its own errors, and gives alerts that can be kept', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        // As it comes from the wire: own members only, __proto__ among them.
        const result = outcome(JSON.parse(JSON.stringify(body)) as unknown);
        if (result instanceof Error) expect(result.message.length).toBeLessThan(10_000);
        else for (const alert of result.alerts) expectKeepable(alert.labels, alert.annotations, alert.details);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['deep lists', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['deep objects', `${'{"alert":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    [
      'an alert of deep objects',
      `{"alert":{"policy":{"name":"P"},"x":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}`,
    ],
    [
      'a list of deep alerts',
      `{"alerts":[{"labels":{"a":"1"},"values":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}]}`,
    ],
  ])('survives %s', (_, text) => {
    const result = outcome(JSON.parse(text) as unknown);
    if (!(result instanceof Error)) expect(() => JSON.stringify(result.alerts)).not.toThrow();
  });

  it('reads a body twice the same way and leaves it alone', () => {
    const body = bodyFor(source);
    const before = structuredClone(body);
    expect(source.parse(body, ctx)).toEqual(source.parse(body, ctx));
    expect(body).toEqual(before);
  });
});

function bodyFor(source: Source): unknown {
  if (source.name === 'rhacs' || source.name === 'alauda') return fixture('21-adversarial-injection');
  const alerts = [{ labels: { b: '1', a: '2' }, annotations: { c: '' }, startsAt: '2026-08-20T10:00:00Z' }];
  return source.name === 'prometheus' ? alerts : { alerts };
}

function expectKeepable(labels: LabelSet, annotations: LabelSet, details: unknown): void {
  for (const set of [labels, annotations]) {
    expect(set).toBeInstanceOf(LabelSet);
    expect(set.pairs.every((text) => typeof text === 'string' && text.isWellFormed())).toBe(true);
  }
  expect(() => JSON.stringify(details)).not.toThrow();
}
