import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LabelSet } from '../../../src/alert/label-set.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { webhookBody } from '../../../src/receivers/webhook/body.ts';
import type { WebhookConfig } from '../../../src/receivers/webhook/config.ts';
import { createWebhookReceiver } from '../../../src/receivers/webhook/webhook.ts';
import { buildData } from '../../../src/templating/build-data.ts';
import { type Answer, TestHttpServer } from '../../support/http-server.ts';
import { testContext } from '../support/context.ts';
import { secret } from '../support/email.ts';
import { httpConfig } from '../support/http.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const PATH = '/hooks/t0ken?key=s3cret';
const SECRETS = ['t0ken', 's3cret'];
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(
  answer: () => Answer = () => 200,
  over: Partial<WebhookConfig> | ((url: string) => Partial<WebhookConfig>) = {},
) {
  const server = await TestHttpServer.start(answer);
  const context = await testContext();
  const url = server.url(PATH);
  const more = typeof over === 'function' ? over(url) : over;
  const config: WebhookConfig = {
    url: secret(url),
    http: httpConfig(),
    maxAlerts: 0,
    timeout: 0,
    payload: undefined,
    format: undefined,
    extraFields: new Map(),
    ...more,
  };
  const receiver = createWebhookReceiver(config, context);
  open.push(server, receiver);
  return {
    server,
    context,
    receiver,
    send: (notification = notificationOf(), signal = never) => receiver.send(notification, signal),
  };
}

it('gives back what the other side said, without its own URL', async () => {
  const { send } = await setUp(() => ({ status: 202, body: 'accepted as 17\u0007\n' }));
  expect(await send()).toEqual({ response: '202 accepted as 17', refused: [] });
  const quiet = await setUp();
  expect(await quiet.send()).toEqual({ response: '200', refused: [] });
});

describe('a payload of Go templates', () => {
  it('renders as in Alertmanager, beside texts in Handlebars', async () => {
    const { server, send } = await setUp(() => 200, {
      payload: {
        title: '{{ template "slack.default.title" . }}',
        count: '{{ len .Alerts }}',
        names: '{{ .CommonLabels.Names | toJson }}',
        '{{ .Status }}': '{{ with index .Alerts 0 }}{{ .StartsAt.Format "2006-01-02 15:04:05.0 MST" }}{{ end }}',
        handlebars: '{{commonLabels.job}} {{#each alerts}}{{labels.instance}}{{/each}}',
      },
    });
    await send();
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      title: '[FIRING:1] DiskFull (db-1 node)',
      count: 1,
      names: ['alertname', 'instance', 'job'],
      firing: '2026-03-01 08:15:02.5 UTC',
      handlebars: 'node db-1',
    });
  });

  it('is sent where one of its templates fails, with a text in its place that says so and what fires', async () => {
    const { server, send } = await setUp(() => 200, {
      payload: { good: '{{ .Status }}', bad: '{{ index .Alerts 9 }}' },
    });
    await send();
    const { good, bad } = JSON.parse(server.requests[0]?.body ?? '');
    expect(good).toBe('firing');
    expect(bad).toContain(
      'execute payload template: webhook_configs payload: template: :1:3: executing "" at <index .Alerts 9>',
    );
    expect(bad).toContain('- alertname=DiskFull, instance=db-1, job=node: Disk 95 % full');
  });

  it('a URL that fails is a permanent error that shows nothing of it', async () => {
    const { server, send } = await setUp(
      () => 200,
      (url) => ({ url: secret(`${url}&x={{ index .Alerts 9 }}`) }),
    );
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expectNoSecrets(error, SECRETS);
    expect(server.requests).toEqual([]);
  });
});

describe('the body', () => {
  it('is Alertmanager’s, byte by byte', async () => {
    const { server, send } = await setUp();
    await send(notificationOf(undefined, { receiver: 'db.ops (team+1)' }));
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: PATH,
      headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/0.35.0' },
    });
    expect(server.requests[0]?.body).toBe(
      '{"receiver":"db\\\\.ops \\\\(team\\\\+1\\\\)","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"DiskFull",' +
        '"instance":"db-1","job":"node"},"annotations":{"summary":"Disk 95 % full"},"startsAt":"2026-03-01T08:15:02.5Z",' +
        '"endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom.example/graph?g0.expr=up","fingerprint":"99b83e786d38fa8a"}],' +
        '"notification_reason":"first notification","groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull",' +
        '"instance":"db-1","job":"node"},"commonAnnotations":{"summary":"Disk 95 % full"},"routeLabels":{},' +
        '"externalURL":"http://tocsin.example:9093","version":"4","groupKey":"{}:{alertname=\\"DiskFull\\"}","truncatedAlerts":0}\n',
    );
  });

  it('escapes as Go does', async () => {
    const { server, send } = await setUp();
    const summary = '<a href="x">&\u2028\u2029\u0000\u0007\b\f\n\r\t\u007f\ud800é😀</a>';
    await send(notificationOf([alertWith({}, { summary })]));
    expect(server.requests[0]?.body).toContain(
      '"annotations":{"summary":"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029\\u0000\\u0007\\b\\f\\n\\r\\t\u007f\ufffdé😀\\u003c/a\\u003e"}',
    );
  });

  it('has empty maps, never null, and any label name in byte order', async () => {
    const { server, send } = await setUp();
    const { alert, status } = alertWith();
    const names = ['constructor', '__proto__', '10', '9', 'ü', 'a'];
    const labels = LabelSet.from(names.map((name) => [name, 'v']));
    await send(
      notificationOf([{ alert: { ...alert, labels, annotations: LabelSet.empty, generatorURL: '' }, status }], {
        groupLabels: LabelSet.empty,
      }),
    );
    expect(server.requests[0]?.body).toContain(
      '"labels":{"10":"v","9":"v","__proto__":"v","a":"v","constructor":"v","ü":"v"},"annotations":{},',
    );
    expect(server.requests[0]?.body).toContain('"groupLabels":{},');
    expect(server.requests[0]?.body).not.toContain('null');
  });

  it('has the first max_alerts, all that is common counted from them, and the number of the others', async () => {
    const { server, send } = await setUp(undefined, { maxAlerts: 1 });
    await send(
      notificationOf([alertWith({}, {}, 'resolved'), alertWith({ instance: 'db-2' }), alertWith({ instance: 'db-3' })]),
    );
    const body = JSON.parse(server.requests[0]?.body ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({ status: 'resolved', truncatedAlerts: 2, commonLabels: { instance: 'db-1' } });
    expect(body.alerts).toHaveLength(1);
  });
});

describe('a huge group', () => {
  const alerts = Array.from({ length: 1_201 }, (_, i) => alertWith({ alertname: 'A', n: `${i}` }));

  it('is sent whole', async () => {
    const { server, send } = await setUp();
    await send(notificationOf(alerts));
    const body = JSON.parse(server.requests[0]?.body ?? '') as { alerts: { labels: { n: string } }[] };
    expect(body.alerts.map(({ labels }) => labels.n)).toEqual(alerts.map((_, i) => `${i}`));
  });

  it('leaves the others their turn', async () => {
    const data = buildData(notificationOf(alerts), { externalURL: '', version: '' });
    let turn = false;
    setImmediate(() => {
      turn = true;
    });
    await webhookBody(data, 0);
    expect(turn).toBe(true);
  });
});

describe('payload', () => {
  async function rendered(payload: WebhookConfig['payload'], summary = 'Disk 95 % full'): Promise<string | undefined> {
    const { server, send } = await setUp(undefined, { payload });
    await send(notificationOf([alertWith({}, { summary })]));
    return server.requests[0]?.body;
  }

  it('renders strings and names, keeps the rest, and sorts names', async () => {
    expect(
      await rendered({
        text: '{{commonLabels.alertname}} on {{commonLabels.instance}}',
        '{{status}}': [1.5, true, null, 'x'],
        a: {},
      }),
    ).toBe('{"a":{},"firing":[1.5,true,null,"x"],"text":"DiskFull on db-1"}\n');
  });

  it.each([
    ['{{alerts.length}}', '1'],
    ['007', '7'],
    ['true', 'true'],
    ['', 'null'],
    ['{{commonLabels.absent}}', 'null'],
    ['[1, two]', '[1,"two"]'],
    ['{b: 1, a: {{alerts.length}} }', '{"a":1,"b":1}'],
    ['"3"', '"3"'],
    ["['3']", '["3"]'],
    ['["1","x:"]', '["1","x:"]'],
    ['12345678901234567890', '12345678901234567890'],
    ['.inf', '".inf"'],
    ['a: b: c', '"a: b: c"'],
    ['*bold*', '"*bold*"'],
    ['<b>', '"\\u003cb\\u003e"'],
    ['plain text', '"plain text"'],
  ])('reads %j as YAML: %s', async (text, json) => {
    expect(await rendered({ x: text })).toBe(`{"x":${json}}\n`);
  });

  it.each([
    [
      'aliases',
      '{a: &a [x,x,x,x,x,x,x,x], b: &b [*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b], d: [*c,*c,*c,*c,*c,*c,*c]}',
    ],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
  ])('stays text where an alert brings %s', async (_name, summary) => {
    const body = await rendered({ x: '{{commonAnnotations.summary}}' }, summary);
    expect(body?.length).toBeLessThan(11_000);
    expect(typeof (JSON.parse(body ?? '') as { x: unknown }).x).not.toBe('undefined');
  });

  it('does not render what alerts bring', async () => {
    expect(await rendered({ x: '{{commonAnnotations.summary}}' }, "['{{externalURL}}']")).toBe(
      '{"x":["{{externalURL}}"]}\n',
    );
  });

  it('takes names that are parts of objects', async () => {
    expect(await rendered({ x: '{__proto__: 1, constructor: 2}' })).toBe('{"x":{"__proto__":1,"constructor":2}}\n');
  });
});

describe('the answer', () => {
  it.each([200, 201, 204, 299])('%d is success', async (status) => {
    const { send } = await setUp(() => status);
    await send();
  });

  it.each([
    [500, true, 'serverError'],
    [503, true, 'serverError'],
    [400, false, 'clientError'],
    [401, false, 'authError'],
    [403, false, 'authError'],
    [408, true, 'clientError'],
    [429, true, 'rateLimited'],
    [304, false, 'other'],
  ])('%d: retryable %s, reason %s', async (status, retryable, reason) => {
    const { send } = await setUp(() => status);
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(retryable ? RetryableError : PermanentError);
    expect([error.message, error.reason]).toEqual([`unexpected status code ${status}`, reason]);
  });

  it('is shown without the URL, in bounded length, on the lines it has', async () => {
    const { server, send } = await setUp();
    server.answer = () => ({
      status: 500,
      body: `no route for ${server.url(PATH)} (${PATH})\nsee \u001b[31mlog${'x'.repeat(5_000)}`,
    });
    const error = await failure(send());
    expect(error.message).toMatch(
      /^unexpected status code 500: no route for <redacted> \(<redacted>\)\nsee {2}\[31mlogx+$/,
    );
    expect(error.message.length).toBeLessThan(1_100);
    expectNoSecrets(error, SECRETS);
  });
});

describe('timeout', () => {
  it('limits one attempt', async () => {
    const { server, context, send } = await setUp(() => 'hang', { timeout: 500 });
    const attempt = failure<DeliveryError>(send());
    await server.waitForRequests(1);
    await context.clock.advance(499);
    await context.clock.advance(1);
    const error = await attempt;
    expect(error).toBeInstanceOf(RetryableError);
    expect([error.message, error.reason]).toEqual([
      'Post "<redacted>": context deadline exceeded: configured webhook timeout reached (500ms)',
      'contextDeadlineExceeded',
    ]);
  });

  it('leaves no timer behind', async () => {
    const { context, send } = await setUp(undefined, { timeout: 500 });
    await send();
    expect(context.clock.pending).toBe(0);
  });

  it('is not needed to end an attempt', async () => {
    const { server, send } = await setUp(() => 'hang');
    const abort = new AbortController();
    const attempt = failure<DeliveryError>(send(notificationOf(), abort.signal));
    await server.waitForRequests(1);
    abort.abort(new Error('stopping'));
    expect((await attempt).reason).toBe('contextCanceled');
  });
});

describe('the URL', () => {
  it('is a template', async () => {
    const { server, send } = await setUp(undefined, (url) => ({ url: secret(`${url}&i={{commonLabels.instance}}`) }));
    await send();
    expect(server.requests[0]?.url).toBe(`${PATH}&i=db-1`);
  });

  it('is read from its file for each notification', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-url-')), 'url');
    const { server, send } = await setUp(undefined, { url: { file } });
    const missing = await failure(send());
    expect(missing).toBeInstanceOf(PermanentError);
    expect(missing.message).toBe(`read url_file: ENOENT: no such file or directory, open '${file}'`);
    writeFileSync(file, ` ${server.url('/one/{{status}}')}\n`);
    await send();
    writeFileSync(file, server.url('/two'));
    await send();
    expect(server.requests.map(({ url }) => url)).toEqual(['/one/firing', '/two']);
    writeFileSync(file, 'http://x/t0ken/{{#if}}');
    const broken = await failure(send());
    expect(broken).toBeInstanceOf(PermanentError);
    expect(broken.message).toBe(
      'failed to template webhook URL: webhook_configs url: not a valid template (the URL is a secret and not shown)',
    );
    expectNoSecrets(broken, SECRETS);
  });

  it('that is empty after templating is a permanent error', async () => {
    const { send } = await setUp(undefined, { url: secret('{{commonLabels.absent}}') });
    const error = await failure(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe('webhook URL is empty after templating');
  });

  it('is in no error, whatever goes wrong', async () => {
    const { server, send } = await setUp();
    await server.close();
    open.splice(open.indexOf(server), 1);
    const error = await failure(send());
    expect(error.message).toMatch(/^Post "<redacted>": /);
    expectNoSecrets(error, SECRETS);
  });

  it('that does not compile is an error at load that does not show it', async () => {
    const error = await failure(setUp(undefined, { url: secret('http://x/t0ken/{{#if}}') }));
    expect(error.name).toBe('TemplateError');
    expect(error.message).toBe('webhook_configs url: not a valid template (the URL is a secret and not shown)');
    expectNoSecrets(error, SECRETS);
  });
});
