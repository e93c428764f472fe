import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../../../src/log/logger.ts';
import { Metrics } from '../../../../src/metrics/metrics.ts';
import type { CentralOptions } from '../../../../src/sources/rhacs/central/config.ts';
import { CentralPoller } from '../../../../src/sources/rhacs/central/poller.ts';
import { MemoryStore } from '../../../../src/store/memory.ts';
import type { Clock } from '../../../../src/time/clock.ts';
import { formatTime } from '../../../../src/time/timestamp.ts';
import { FakeCentral } from '../../../support/central.ts';
import { certificates } from '../../../support/certificates.ts';
import { Harness, type HarnessOptions } from '../../../support/engine.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import type { Answer } from '../../../support/http-server.ts';
import { post, rhacsBody } from '../../../support/rhacs.ts';

const HOUR = 3_600;
/** What one request may take, ms. */
const PATIENCE = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'tocsin-central-'));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** An engine that watches a Central, both on one clock. */
class Watch {
  readonly h: Harness;
  readonly central: FakeCentral;
  readonly metrics = new Metrics();
  readonly log: string[] = [];
  readonly tokenFile: string;
  readonly poller: CentralPoller;
  /** When the poller goes on by itself, monotonic. */
  readonly #wakes = new Set<number>();

  static async start(over: Partial<CentralOptions> = {}, options: HarnessOptions = {}, central?: FakeCentral) {
    const h = await Harness.start({
      clock: new FakeClock('2026-08-21T00:00:00Z'),
      ...options,
      route: { groupBy: ['alertname'], groupInterval: 60_000, repeatInterval: 1_000 * HOUR * 1_000, ...options.route },
    });
    return new Watch(h, central ?? (await FakeCentral.start()), over);
  }

  private constructor(h: Harness, central: FakeCentral, over: Partial<CentralOptions>) {
    this.h = h;
    this.central = central;
    this.tokenFile = join(folder, `token-${Math.random()}`);
    writeFileSync(this.tokenFile, `${central.token}\n`);
    const caFile = certificates().ca.certFile;
    this.poller = new CentralPoller(
      { url: central.url, tokenFile: this.tokenFile, pollInterval: 60_000, caFile, insecureSkipVerify: false, ...over },
      {
        clock: this.#clock(),
        metrics: this.metrics,
        logger: createLogger('info', 'logfmt', { write: (line) => this.log.push(line.replace(/^time=\S+ /, '')) }),
        lasting: () => h.engine.intake.lasting('rhacs'),
        end: (endings) => h.engine.receive([], 'rhacs', endings),
        confirm: (ids) => h.engine.intake.confirm(ids, 'rhacs'),
        random: () => 0.5,
      },
    );
    open.push({ close: () => this.poller.stop() }, central);
    this.poller.start();
  }

  /** Lets time pass; it stands still while the poller asks. */
  async minutes(count: number): Promise<void> {
    const { clock } = this.h;
    const end = clock.monotonic() + count * 60_000;
    for (;;) {
      await this.idle();
      const next = Math.min(...this.#wakes);
      if (next > end) break;
      await clock.advance(next - clock.monotonic());
    }
    await clock.advance(end - clock.monotonic());
  }

  /** Waits until the poller waits for its next round. */
  async idle(): Promise<void> {
    while (this.#wakes.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  #clock(): Clock {
    const { clock } = this.h;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, callback) => {
        if (ms === PATIENCE) return clock.after(ms, callback);
        const at = clock.monotonic() + ms;
        this.#wakes.add(at);
        return clock.after(ms, () => {
          this.#wakes.delete(at);
          callback();
        });
      },
    };
  }

  get resolved() {
    return this.h.receiver.sent
      .flatMap(({ notification }) => notification.alerts)
      .filter(({ status }) => status === 'resolved')
      .map(({ alert }) => [formatTime(alert.endsAt, alert.endsAtText), alert.annotations.get('resolution')]);
  }

  async metric(line: string): Promise<number | undefined> {
    const found = (await this.metrics.text()).split('\n').find((text) => text.startsWith(`${line} `));
    return found === undefined ? undefined : Number(found.split(' ').at(-1));
  }
}

const DEPLOY = '01-deploy-email-annotation';
const EXEC = '04-runtime-kube-exec';
const id = rhacsBody(DEPLOY).alert.id as string;
const other = rhacsBody(EXEC).alert.id as string;

/** A Central that holds an alert, and an engine that was told of it and has heard that it is there. */
async function known(over: Partial<CentralOptions> = {}, options: HarnessOptions = {}): Promise<Watch> {
  const w = await Watch.start(over, options);
  w.central.put(id);
  await post(w.h, rhacsBody(DEPLOY));
  await w.minutes(2);
  return w;
}

describe('an alert that Central', () => {
  it('calls resolved is over, at the time that Central says', async () => {
    const w = await known();
    expect(w.resolved).toEqual([]);
    w.central.resolve(id, '2026-08-21T00:01:02.123456789Z');
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-21T00:01:02.123456789Z', 'resolved in Central']]);
  });

  it('calls resolved without saying when is over now', async () => {
    const w = await known();
    w.central.resolve(id, null);
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-21T00:02:02.5Z', 'resolved in Central']]);
  });

  it('calls resolved at great length is over', async () => {
    const w = await known();
    w.central.resolve(id, '2026-08-21T00:01:02Z');
    const violations = Array.from({ length: 3_000 }, (_, i) => ({ message: `violation ${i} `.repeat(10) }));
    const body = JSON.stringify({ violations, id, state: 'RESOLVED', resolvedAt: '2026-08-21T00:01:02Z' });
    w.central.answer = ({ url }) => (url.startsWith('/v1/alerts/') ? { status: 200, body } : undefined);
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-21T00:01:02Z', 'resolved in Central']]);
  });

  it('has resolved before the first look is over, too', async () => {
    const w = await Watch.start();
    w.central.put(id);
    w.central.resolve(id, '2026-08-20T23:59:59Z');
    await post(w.h, rhacsBody(DEPLOY));
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-20T23:59:59Z', 'resolved in Central']]);
  });

  it('resolved in the future, by its clock, is over now', async () => {
    const w = await known();
    w.central.resolve(id, '2026-08-21T09:00:00Z');
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-21T00:02:02.5Z', 'resolved in Central']]);
  });

  it('has deleted is over once Central has said so twice', async () => {
    const w = await known();
    w.central.delete(id);
    await w.minutes(1);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(1);
    await w.minutes(2);
    expect(w.resolved).toEqual([['2026-08-21T00:03:02.5Z', 'deleted in Central']]);
  });

  it('did not find for a moment goes on', async () => {
    const w = await known();
    for (let i = 0; i < 5; i++) {
      w.central.delete(id);
      await w.minutes(1);
      w.central.put(id);
      await w.minutes(1);
    }
    expect(w.resolved).toEqual([]);
  });

  it('has never known goes on, and the log says that this may be the wrong Central', async () => {
    const w = await Watch.start();
    await post(w.h, rhacsBody(DEPLOY));
    await w.minutes(10);
    expect(w.resolved).toEqual([]);
    expect(w.log).toEqual([
      `level=WARN msg="Central knows none of the active alerts: check that this Central sends them and that the token can see their clusters" url=${w.central.url} alerts=1\n`,
    ]);
  });

  it('still has outlives stale_after, and a restart', async () => {
    const store = new MemoryStore();
    const w = await known({ pollInterval: 3_600_000 }, { store });
    for (let hour = 0; hour < 60; hour++) await w.minutes(60);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(1);
    await w.h.stop();
    const after = await Harness.start({ store, clock: w.h.clock });
    await after.seconds(10 * HOUR);
    expect(after.engine.intake.lasting('rhacs')).toHaveLength(1);
  });

  it('is written about no more than twice a day while it lasts', async () => {
    const store = new MemoryStore();
    const w = await known({ pollInterval: 600_000 }, { store });
    const { length } = store.writes;
    for (let hour = 0; hour < 23; hour++) await w.minutes(60);
    expect(store.writes.length - length).toBe(1);
  });
});

describe('Central is asked', () => {
  it('for many alerts at once, politely', async () => {
    const w = await Watch.start();
    const ids = Array.from({ length: 250 }, (_, i) => `aaaaaaaa-0000-4000-8000-${String(i).padStart(12, '0')}`);
    for (const [i, each] of ids.entries()) {
      w.central.put(each);
      await post(w.h, rhacsBody(DEPLOY, { id: each, namespace: `n${i}` }));
    }
    await w.minutes(1);
    expect(w.central.requests.map(({ url }) => new URL(url, w.central.url).pathname)).toEqual(
      Array(3).fill('/v1/alerts'),
    );
    const query = new URL(w.central.requests[2]?.url ?? '', w.central.url).searchParams;
    expect(query.get('query')).toMatch(/^Alert ID:("[0-9a-f-]{36}",?){50}\+Violation State:ACTIVE,RESOLVED,ATTEMPTED$/);
    expect(Math.max(...w.central.requests.map(({ url }) => url.length))).toBeLessThan(8_000);
  });

  it('for no more than a hundred single alerts in one round', async () => {
    const w = await Watch.start();
    for (let i = 0; i < 150; i++) {
      const each = `aaaaaaaa-0000-4000-8000-${String(i).padStart(12, '0')}`;
      w.central.put(each);
      w.central.resolve(each, '2026-08-21T00:00:00Z');
      await post(w.h, rhacsBody(DEPLOY, { id: each, namespace: `n${i}` }));
    }
    await w.minutes(1);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(50);
    await w.minutes(1);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(0);
  });

  it('neither for images, nor for events, nor for what is over, nor for an id that is none', async () => {
    const w = await Watch.start();
    for (const name of ['08-build-image', '12-attempted-deploy-create', '17-audit-message', '19-test-button']) {
      await post(w.h, rhacsBody(name));
    }
    await post(w.h, rhacsBody(EXEC, { id: '"+Severity:LOW' }));
    await w.minutes(2);
    const queries = w.central.requests.map(({ url }) => new URL(url, w.central.url).searchParams.get('query'));
    expect(new Set(queries)).toEqual(new Set(['Violation State:ACTIVE']));
  });

  it('with the token as it stands in the file now', async () => {
    const w = await known();
    writeFileSync(w.tokenFile, 'expired');
    await w.minutes(1);
    expect(w.log.join()).toContain('Central does not know the token (401)');
    writeFileSync(w.tokenFile, w.central.token);
    await w.minutes(5);
    expect(w.log.at(-1)).toContain('msg="Central answers again"');
    expect(w.resolved).toEqual([]);
  });

  it('no more once it is stopped, even in the middle of a request', async () => {
    const w = await known();
    w.central.answer = () => 'hang';
    await w.h.seconds(3);
    while (w.central.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await w.poller.stop();
    await w.h.seconds(HOUR);
    expect(w.central.requests).toHaveLength(3);
    expect(w.log).toEqual([]);
    expect(await w.metric('tocsin_central_requests_total{code="error"}')).toBeUndefined();
  });
});

describe('nothing ends by mistake', () => {
  const html: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' };
  const text = (status: number, body: string): Answer => ({ status, body });
  const noAlerts = JSON.stringify({ alerts: [] });

  it.each<[string, Answer, string, string]>([
    ['a login page', html, 'the answer is not JSON, or was cut: is url the address of Central itself', '200'],
    ['a page that was cut', text(200, `{"alerts":[{"id":"${id}"`), 'the answer is not JSON, or was cut', '200'],
    ['another API', text(200, '{"items":[]}'), 'Central answered without a list of alerts', '200'],
    ['null', text(200, 'null'), 'the answer is not JSON', '200'],
    [
      'an alert without a state',
      text(200, `{"alerts":[{"id":"${id}"}]}`),
      'with other alerts than it was asked for',
      '200',
    ],
    ['another alert', text(200, `{"alerts":[{"id":"${other}","state":"RESOLVED"}]}`), 'with other alerts than', '200'],
    [
      'an alert twice, changing while it is read',
      text(200, `{"alerts":[{"id":"${id}","state":"ACTIVE"},{"id":"${id}","state":"RESOLVED"}]}`),
      'with other alerts than it was asked for',
      '200',
    ],
    ['a redirect', { status: 302, headers: { location: 'https://sso.example.org/' } }, 'unexpected status 302', '302'],
    ['401 and an empty list', text(401, noAlerts), 'Central does not know the token (401)', '401'],
    ['403 and an empty list', text(403, noAlerts), 'give its role read access to Alert', '403'],
    ['404', text(404, noAlerts), 'there is no such API (404): is url the address of Central itself?', '404'],
    ['500 and an empty list', text(500, noAlerts), 'Central has trouble of its own (500)', '500'],
    ['503', 503, 'Central has trouble of its own (503)', '503'],
    ['429', 429, 'Central has too much to do (429): a longer poll_interval asks less', '429'],
    ['a cut connection', 'drop', 'the server closed the connection', 'error'],
  ])('by %s', async (_what, answer, words, code) => {
    const w = await known();
    w.central.answer = () => answer;
    await w.minutes(1);
    expect(w.log).toHaveLength(1);
    expect(w.log[0]).toMatch(/^level=WARN msg="Polling Central failed; no alerts were closed" url=https/);
    expect(w.log[0]).toContain(words);
    await w.minutes(60);
    expect(w.log).toHaveLength(1);
    expect(w.resolved).toEqual([]);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(1);
    const before = code === '200' ? 2 : 0;
    expect(await w.metric(`tocsin_central_requests_total{code="${code}"}`)).toBeGreaterThan(before);
    expect(await w.metric('tocsin_central_last_success_timestamp_seconds')).toBe(
      Date.parse('2026-08-21T00:01:02.500Z') / 1_000,
    );
    w.central.answer = () => undefined;
    await w.minutes(16);
    expect(w.log.at(-1)).toContain('level=INFO msg="Central answers again"');
    expect(await w.metric('tocsin_central_last_success_timestamp_seconds')).toBeGreaterThan(
      Date.parse('2026-08-21T01:00:00Z') / 1_000,
    );
  });

  it.each<[string, Answer]>([
    ['404 without the error that Central has', text(404, '404 page not found')],
    ['404 of a proxy that speaks JSON', text(404, '{"message":"no route"}')],
    ['a login page', html],
    ['another alert', text(200, `{"id":"${other}","state":"RESOLVED"}`)],
    ['500', text(500, '{"code":5,"message":"x"}')],
  ])('by a single answer that is %s', async (_what, answer) => {
    const w = await known();
    w.central.answer = ({ url }) => (url.startsWith('/v1/alerts/') ? answer : text(200, noAlerts));
    await w.minutes(60);
    expect(w.log).toHaveLength(1);
    expect(w.resolved).toEqual([]);
    expect(w.h.engine.intake.lasting('rhacs')).toHaveLength(1);
  });

  it('by an empty list while the single alert is there, active', async () => {
    const w = await known();
    w.central.answer = ({ url }) => (url.startsWith('/v1/alerts/') ? undefined : text(200, noAlerts));
    await w.minutes(60);
    expect(w.log).toEqual([]);
    expect(w.resolved).toEqual([]);
  });

  it('by an alert that is resolved in the list and active when looked at: it lasts', async () => {
    const w = await known();
    w.central.answer = ({ url }) =>
      url.startsWith('/v1/alerts/') ? undefined : text(200, `{"alerts":[{"id":"${id}","state":"RESOLVED"}]}`);
    await w.minutes(60);
    expect(w.resolved).toEqual([]);
  });

  it('by a Central that is down: what it says when it is back counts', async () => {
    const w = await known();
    const { url } = w.central;
    await w.central.close();
    await w.minutes(1);
    expect(w.log.join()).toContain('connect ECONNREFUSED');
    expect(await w.metric('tocsin_central_requests_total{code="error"}')).toBe(1);
    expect(w.log.join()).toContain(url);
    await w.minutes(60);
    expect(w.resolved).toEqual([]);
  });

  it('by a Central that does not answer in time', async () => {
    const w = await known();
    w.central.answer = () => 'hang';
    await w.h.seconds(3);
    while (w.central.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await w.h.seconds(10);
    await w.idle();
    expect(w.log.join()).toContain('err="no answer within 10 s"');
    expect(await w.metric('tocsin_central_requests_total{code="timeout"}')).toBe(1);
    expect(w.resolved).toEqual([]);
  });

  it.each(['expired', 'wrongHost', 'selfSigned'] as const)('by a Central whose certificate is %s', async (kind) => {
    const central = await FakeCentral.start(certificates()[kind]);
    const w = await Watch.start({}, {}, central);
    await post(w.h, rhacsBody(DEPLOY));
    await w.minutes(2);
    expect(central.requests).toEqual([]);
    expect(w.log).toHaveLength(1);
    expect(w.log[0]).toContain("the server's certificate ");
    expect(w.log[0]).not.toContain('tls_config');
    expect(await w.metric('tocsin_central_requests_total{code="error"}')).toBe(2);
  });

  it('but a certificate is not looked at where the file says so', async () => {
    const central = await FakeCentral.start(certificates().expired);
    const w = await Watch.start({ insecureSkipVerify: true }, {}, central);
    await w.minutes(1);
    expect(w.log).toEqual([]);
    expect(central.requests).toHaveLength(1);
  });
});

describe('after a failure', () => {
  it('waits longer each time, a quarter of an hour at most', async () => {
    const w = await known();
    const from = w.central.requests.length;
    w.central.answer = () => 503;
    const rounds: number[] = [];
    for (let minute = 1; minute <= 62; minute++) {
      const { length } = w.central.requests;
      await w.minutes(1);
      if (w.central.requests.length > length) rounds.push(minute);
    }
    expect(w.central.requests.length - from).toBe(rounds.length);
    expect(rounds).toEqual([1, 2, 4, 8, 16, 31, 46, 61]);
  });

  it.each([
    ['seconds', '600'],
    ['a date', 'Fri, 21 Aug 2026 00:13:00 GMT'],
  ])('waits as long as Central asks for, in %s', async (_form, wish) => {
    const w = await known();
    w.central.answer = () => ({ status: 429, headers: { 'retry-after': wish } });
    await w.minutes(1);
    const { length } = w.central.requests;
    w.central.answer = () => undefined;
    await w.minutes(9);
    expect(w.central.requests).toHaveLength(length);
    await w.minutes(1);
    expect(w.central.requests).toHaveLength(length + 1);
  });
});

describe('no secret', () => {
  it('is in the log', async () => {
    const central = await FakeCentral.start();
    const w = await Watch.start({ url: central.url.replace('//', '//user:sesame@') }, {}, central);
    await w.minutes(2);
    w.central.answer = ({ headers }) => ({ status: 500, body: String(headers.authorization) });
    await w.minutes(3);
    await w.central.close();
    await w.minutes(5);
    expect(w.log.length).toBeGreaterThan(1);
    expect(w.log.join()).toContain('//user:xxxxx@');
    expect(w.log.join()).not.toContain('sesame');
    expect(w.log.join()).not.toContain(w.central.token);
  });
});
