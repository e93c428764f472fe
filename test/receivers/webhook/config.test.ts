import { describe, expect, test } from 'vitest';
import type { WebhookConfig } from '../../../src/receivers/webhook/config.ts';
import { integrationOf, load, problemsOf, withReceiver } from '../../config/support.ts';

function webhook(entry: string): WebhookConfig {
  return integrationOf<WebhookConfig>(withReceiver(`  webhook_configs: [${entry}]`));
}

describe('webhook_configs', () => {
  test('has the defaults of Alertmanager', () => {
    const config = webhook('{url: "http://x/"}');
    expect('value' in config.url && config.url.value.reveal()).toBe('http://x/');
    expect(config).toMatchObject({ maxAlerts: 0, timeout: 0, payload: undefined });
    const { receivers } = load(withReceiver('  webhook_configs: [{url: "http://x/"}]'));
    expect(receivers[0]?.integrations[0]?.sendResolved).toBe(true);
  });

  test('reads url_file as it stands, max_alerts and a Go duration', () => {
    expect(webhook('{url_file: u, max_alerts: 5, timeout: 1.5h}')).toMatchObject({
      url: { file: 'u' },
      maxAlerts: 5,
      timeout: 5_400_000,
    });
    expect(webhook('{url_file: u, timeout: 1000000}').timeout).toBe(1);
  });

  test('takes a template as URL, and the mask that it shows itself', () => {
    for (const url of ['https://x/{{commonLabels.team}}', '{{commonLabels.hook}}', '<secret>', 'http://<secret>']) {
      const { url: source } = webhook(`{url: '${url}'}`);
      expect('value' in source && source.value.reveal()).toBe(url);
    }
  });

  test('keeps a payload as a tree: texts stay texts, plain scalars have the type that Go gives them', () => {
    const { payload } = webhook(
      '{url_file: u, payload: {a: 1, b: [1.5, 1.10, true, ~, "2", yes], "{{status}}": {}, __proto__: {constructor: x}}}',
    );
    expect(JSON.stringify(payload)).toBe(
      '{"a":1,"b":[1.5,1.1,true,null,"2",true],"{{status}}":{},"__proto__":{"constructor":"x"}}',
    );
  });

  test.each([
    ['{}', 'one of url or url_file must be configured'],
    ['{url: ""}', 'one of url or url_file must be configured'],
    ['{url: "http://sesame/", url_file: f}', 'at most one of url & url_file must be configured'],
    ['{url: sesame}', 'invalid URL: unsupported scheme "" for URL (the URL is a secret and not shown)'],
    ['{url: "https://"}', 'invalid URL: missing host for URL'],
    ['{url_file: f, max_alerts: -1}', 'expected a whole number from 0, found -1'],
    ['{url_file: f, timeout: 1d}', 'time: unknown unit "d" in duration "1d"'],
    ['{url_file: f, http_config: {basic_auth: {username: a, username_file: b}}}', 'at most one of basic_auth username'],
  ])('%s', (entry, problem) => {
    const problems = problemsOf(withReceiver(`  webhook_configs: [${entry}]`));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain('sesame');
  });
});
