import { request } from 'node:http';
import fc from 'fast-check';

/** A request of a hostile client. Alerts that are valid carry ATTACK_LABEL, so that a route can keep them apart. */
export interface Attack {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export const ATTACK_LABEL = { name: 'attack', value: 'yes' };

const JSON_TYPE = { 'content-type': 'application/json' };
const times = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most });

/** Patterns that are large, or slow, or broken. */
const pattern: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '(a?)',
        '(?:a|b|ab)',
        '(.*a)',
        '[ab]',
        '\\pL',
        '(?i)[\\x{100}-\\x{1e942}]',
        '(|a)',
        '(a*)*',
        '.',
        '\\b',
      ),
      fc.constantFrom('', '{1000}', '{0,1000}', '{30}', '*', '+?', '{500,}'),
      times(1, 3_000),
      fc.constantFrom('', 'b', 'c.', '$', ')', '(', '[', '\\'),
    )
    .map(([atom, count, repeat, end]) => `${atom}${count}`.repeat(repeat).slice(0, 12_000) + end),
  fc.tuple(times(1, 3_000), fc.constantFrom('a', 'ab', 'é', '-')).map(([n, text]) => `.*${`${text}.*`.repeat(n)}b`),
  times(1, 2_000).map((n) => '('.repeat(n) + ')'.repeat(n)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const labelValue: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'ab', 'ba\u0000', '\u2028', '\u202e', '😀'), times(1, 20_000))
    .map(([text, n]) => text.repeat(n)),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

const filter = fc
  .tuple(fc.constantFrom('=~', '!~', '=', '!='), fc.constantFrom('value', 'alertname', 'attack', '"odd name"'), pattern)
  .map(([type, name, value]) => `${name}${type}${JSON.stringify(value)}`);

const reads: fc.Arbitrary<Attack> = fc
  .tuple(
    fc.constantFrom('/api/v2/alerts', '/api/v2/alerts/groups', '/api/v2/silences', '/api/v2/receivers'),
    fc.array(fc.tuple(fc.constantFrom('filter', 'receiver', 'receiver_matchers', 'active', '%', 'a;b'), filter), {
      maxLength: 4,
    }),
  )
  .map(([path, parameters]) => {
    const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
    return { method: 'GET', path: `${path}?${query.slice(0, 14_000)}`, headers: {}, body: '' };
  });

const silences: fc.Arbitrary<Attack> = fc
  .tuple(fc.array(fc.tuple(pattern, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 3 }), times(1, 3_600))
  .map(([matchers, seconds]) => ({
    method: 'POST',
    path: '/api/v2/silences',
    headers: JSON_TYPE,
    body: JSON.stringify({
      matchers: [
        { name: ATTACK_LABEL.name, value: ATTACK_LABEL.value, isRegex: false },
        ...matchers.map(([value, isEqual, isRegex]) => ({ name: 'value', value, isRegex, isEqual })),
      ],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + seconds * 1_000).toISOString(),
      createdBy: 'x'.repeat(seconds),
      comment: 'y',
    }),
  }));

const alerts: fc.Arbitrary<Attack> = fc
  .tuple(
    fc.array(labelValue, { minLength: 1, maxLength: 20 }),
    times(0, 3),
    fc.constantFrom('', '9999-12-31T23:59:59Z'),
  )
  .map(([values, extra, endsAt]) => ({
    method: 'POST',
    path: '/api/v2/alerts',
    headers: JSON_TYPE,
    body: JSON.stringify(
      values.map((value, i) => ({
        labels: {
          alertname: `attack ${i % 3}`,
          [ATTACK_LABEL.name]: ATTACK_LABEL.value,
          value,
          ...Object.fromEntries(Array.from({ length: 50 * extra }, (_, n) => [`l${n}`, value.slice(0, 20)])),
        },
        annotations: { summary: value },
        ...(endsAt && { endsAt }),
      })),
    ),
  }));

const json: fc.Arbitrary<string> = fc.oneof(
  times(1, 2_000_000).map((n) => '['.repeat(n)),
  times(1, 400_000).map((n) => '{"a":'.repeat(n)),
  times(1, 800_000).map((n) => `[${'[],'.repeat(n)}[]]`),
  times(1, 800_000).map((n) => `[${'{},'.repeat(n)}{}]`),
  times(1, 300_000).map(
    (n) => `[{"labels":{"a":"b"},"annotations":{${Array.from({ length: n }, (_, i) => `"a${i}":""`)}}}]`,
  ),
  times(1, 9_000).map(
    (n) => `{"alert":{"id":"x","policy":{"name":"p"},"deployment":${'{"a":'.repeat(n)}1${'}'.repeat(n)}}}`,
  ),
  fc.json({ maxDepth: 5 }),
  fc.json().map((text) => text.slice(0, -1)),
  fc.string({ unit: 'binary' }),
);

const bodies: fc.Arbitrary<Attack> = fc
  .tuple(
    fc.constantFrom(
      ...['/api/v2/alerts', '/api/v2/silences', '/webhooks/rhacs', '/webhooks/alertmanager', '/webhooks/roxctl'],
      ...['/webhooks/alauda', '/api/tocsin/v1/receivers/mail/test', '/-/reload/'],
    ),
    json,
  )
  .map(([path, body]) => ({ method: 'POST', path, headers: JSON_TYPE, body }));

const headerValue = fc.oneof(
  times(1, 3_000).map((n) => `application/json${'; a="b"'.repeat(n)}`.slice(0, 8_000)),
  times(1, 3_000).map((n) => `${'text/html;q=0.1,'.repeat(n)}x`.slice(0, 8_000)),
  times(1, 4_000).map((n) => `${' '.repeat(n)}a${'\t'.repeat(n)}`),
  times(1, 4_000).map((n) => `Basic ${'A'.repeat(n)}`),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
);

const headers: fc.Arbitrary<Attack> = fc
  .tuple(
    fc.constantFrom<Attack['method']>('GET', 'POST', 'DELETE', 'PUT'),
    fc.constantFrom(
      ...[
        '/',
        '/api/v2/status',
        '/api/v2/alerts',
        '/webhooks/rhacs',
        '/metrics',
        '/api/v2/silence/x',
        '/api/tocsin/v1/deliveries',
      ],
      ...[
        '/%2e%2e/%2e%2e/etc/passwd',
        '/assets/../../package.json',
        '//api/v2/alerts',
        '/\\evil.example/./',
        '/%',
        '/%ff',
        `/${'a/'.repeat(3_000)}`,
      ],
    ),
    fc.array(
      fc.tuple(
        fc.constantFrom(
          'accept',
          'content-type',
          'authorization',
          'origin',
          'host',
          'cookie',
          'accept-encoding',
          'x-forwarded-for',
          'if-none-match',
          'range',
        ),
        headerValue,
      ),
      { maxLength: 3 },
    ),
  )
  .map(([method, path, fields]) => ({
    method,
    path,
    headers: Object.fromEntries(fields),
    body: method === 'POST' ? '[]' : '',
  }));

export const attacks: fc.Arbitrary<Attack> = fc.oneof(reads, reads, silences, alerts, bodies, headers);

/** Sends it. @returns the status; 0 where the connection was closed without an answer. */
export function send(url: string, { method, path, headers, body }: Attack, timeout = 60_000): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    // What Node refuses to send is no attack.
    try {
      const sent = request({ host: hostname, port, method, path, headers: { ...headers }, timeout }, (response) => {
        response.resume();
        response.on('close', () => resolve(response.statusCode ?? 0));
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve(0));
      sent.end(body);
    } catch {
      resolve(0);
    }
  });
}
