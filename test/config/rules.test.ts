import { describe, expect, test } from 'vitest';
import { load, problemsOf, withReceiver } from './support.ts';

/** A file that is right, apart from what a test puts in. */
function withRoute(route: string, rest = ''): string {
  return `route: ${route}\nreceivers: [{name: r}, {name: s}]\n${rest}`;
}

describe('the file as a whole', () => {
  test.each([
    ['', ['1:1: no route provided in config; add route: with a receiver, and receivers:']],
    ['# nothing\n', ['1:1: no route provided in config; add route: with a receiver, and receivers:']],
    ['{}', ['1:1: no route provided in config; add route: with a receiver, and receivers:']],
    ['receivers: [{name: r}]', ['1:1: no routes provided; add route: with a receiver']],
    ['route:\nreceivers: [{name: r}]', ['1:1: no routes provided; add route: with a receiver']],
    ['BAD', ['1:1: expected a mapping with keys such as global, route, inhibit_rules, receivers, found text']],
    ['[a]', ['1:1: expected a mapping with keys such as global, route, inhibit_rules, receivers, found a list']],
    [withRoute('{receiver: r}', 'recievers: []'), ['3:1: recievers: unknown key: recievers (did you mean receivers?)']],
    [
      withRoute('{receiver: r}', 'x: []'),
      [
        '3:1: x: unknown key: x (expected one of global, route, inhibit_rules, receivers, templates, ' +
          'mute_time_intervals, time_intervals, tracing, event_recorder, teams, sources)',
      ],
    ],
    [
      withRoute('{receiver: r}', '__proto__: {a: b}'),
      [expect.stringMatching(/^3:1: __proto__: unknown key: __proto__ /)],
    ],
    [
      withRoute('{receiver: r}', 'constructor: 1'),
      [expect.stringMatching(/^3:1: constructor: unknown key: constructor /)],
    ],
    [withRoute('{receiver: r}', 'route: {receiver: r}'), ['3:1: duplicate key: field route already set in line 1']],
    [withRoute('{receiver: r}', 'templates: a'), ['3:12: templates: expected a list, found text']],
  ])('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('all errors come at once, in order', () => {
    const text = [
      'global:',
      '  resolve_timeout: 5',
      '  smtp_require_tls: "yes"',
      '  slack_api_url: ftp://token@example.org',
      'route:',
      '  receiver: nobody',
      '  continue: true',
      'receivers:',
      '- name: r',
      '  email_configs: [{}]',
      '- name: r',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      '2:20: global.resolve_timeout: expected a duration such as 30s, 5m or 1d12h, found 5: not a valid duration string: "5"',
      '3:21: global.smtp_require_tls: expected true or false, found "yes"',
      '4:18: global.slack_api_url: unsupported scheme "ftp" for URL (the URL is a secret and not shown)',
      '6:13: route.receiver: undefined receiver "nobody" used in route (the file has "r")',
      '7:13: route.continue: cannot have continue in root route',
      '10:19: receivers[0].email_configs[0]: missing to address in email config',
      '10:19: receivers[0].email_configs[0]: no global SMTP smarthost set',
      '10:19: receivers[0].email_configs[0]: no global SMTP from set',
      '11:9: receivers[1].name: notification config name "r" is not unique',
    ]);
  });
});

describe('global', () => {
  test('a null section has the defaults', () => {
    expect(load(`global:\n${withRoute('{receiver: r}')}`).resolveTimeout).toBe(300_000);
  });

  test.each([
    ['resolve_timeout: ""', 'empty duration string'],
    ['resolve_timeout: 1m1h', 'not a valid duration string: "1m1h"'],
    ['resolve_timeout: [1m]', 'expected a duration such as 30s, 5m or 1d12h, found a list'],
    ['smtp_from: [a]', 'expected text, found a list'],
    ['smtp_auth_password: [hunter2]', 'expected text, found a list'],
    [
      'http_config: {authorization: hunter2}',
      'expected a mapping with keys such as type, credentials, credentials_file, credentials_ref, found text',
    ],
    ['http_config: {http_headers: {A: {secrets: hunter2}}}', 'expected a list, found text'],
    [
      'pagerduty_url: ftp://hunter2@example.org',
      'expected a URL such as https://example.org/: unsupported scheme "ftp" for URL',
    ],
    ['smtp_smarthost: localhost', 'address localhost: missing port in address'],
    ["smtp_smarthost: 'localhost:'", 'address "localhost:": port cannot be empty'],
    ['smtp_smarthost: a:1:2', 'address a:1:2: too many colons in address'],
    ['smtp_smarthost: a:25, b', 'address b: missing port in address'],
    ['opsgenie_api_url: example.org', 'unsupported scheme "" for URL'],
    ['opsgenie_api_url: ftp://example.org', 'unsupported scheme "ftp" for URL'],
    ['opsgenie_api_url: http:///path', 'missing host for URL'],
    ['smtp_tls_config: {min_version: TLS9}', 'unknown TLS version: TLS9 (expected one of TLS10, TLS11, TLS12, TLS13)'],
    ['smtp_smarhost: a:25', 'unknown key: smtp_smarhost (did you mean smtp_smarthost?)'],
  ])('%s', (line, problem) => {
    const problems = problemsOf(`global:\n  ${line}\n${withRoute('{receiver: r}')}`);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test.each([
    'smtp_auth_password',
    'smtp_auth_secret',
    'slack_app_token',
    'slack_api_url',
    'opsgenie_api_key',
    'victorops_api_key',
    'telegram_bot_token',
    'rocketchat_token',
    'rocketchat_token_id',
    'wechat_api_secret',
    'mattermost_webhook_url',
  ])('%s and its file exclude each other', (key) => {
    const text = `global: {${key}: "http://x/", ${key}_file: /f}\n${withRoute('{receiver: r}')}`;
    const message = `at most one of ${key} & ${key}_file must be configured`;
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });
});

describe('route', () => {
  test.each([
    ['{}', 'root route must specify a default receiver'],
    ['{receiver: ""}', 'root route must specify a default receiver'],
    ['{receiver: r, matchers: ["a=b"]}', 'root route must not have any matchers'],
    ['{receiver: r, match: {a: b}}', 'root route must not have any matchers'],
    ['{receiver: r, match_re: {a: b}}', 'root route must not have any matchers'],
    ['{receiver: r, mute_time_intervals: [i]}', 'root route must not have any mute time intervals'],
    ['{receiver: r, active_time_intervals: [i]}', 'root route must not have any active time intervals'],
    ['{receiver: r, routes: [~]}', 'route.routes[0]: missing route'],
    ['{receiver: r, continue: true}', 'cannot have continue in root route'],
    ['{receiver: x}', 'undefined receiver "x" used in route (the file has "r", "s")'],
    ['{receiver: r, routes: [{routes: [{receiver: x}]}]}', 'undefined receiver "x" used in route'],
    [
      '{receiver: r, routes: [{mute_time_intervals: [x]}]}',
      'undefined time interval "x" used in route (the file has "i")',
    ],
    ['{receiver: r, routes: [{active_time_intervals: [x]}]}', 'undefined time interval "x" used in route'],
    ['{receiver: r, group_by: [a, "..."]}', 'cannot have wildcard group_by (`...`) and other labels at the same time'],
    ['{receiver: r, group_by: [a, b, a]}', 'duplicated label "a" in group_by'],
    ['{receiver: r, group_by: [""]}', 'invalid label name "" in group_by list'],
    ['{receiver: r, group_by: a}', 'expected a list, found text'],
    ['{receiver: r, group_interval: 0s}', 'group_interval cannot be zero'],
    ['{receiver: r, repeat_interval: 0}', 'repeat_interval cannot be zero'],
    ['{receiver: r, labels: {"": x}}', 'invalid label name "" in route labels'],
    ['{receiver: r, routes: [{match: {a-b: c}}]}', 'invalid label name "a-b"'],
    ['{receiver: r, routes: [{match_re: {a-b: c}}]}', 'invalid label name "a-b"'],
    ['{receiver: r, routes: [{match_re: {a: (}}]}', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['{receiver: r, routes: [{match_re: {a: }}]}', 'invalid regexp value for "a"'],
    ['{receiver: r, routes: [{matchers: ["{a=b"]}]}', '0:4: end of input: expected close brace'],
    [
      "{receiver: r, routes: [{matchers: ['severity: 1.10']}]}",
      'bad matcher format: severity: 1.10 (expected name="value", name!="value", name=~"regexp" or name!~"regexp")',
    ],
    [
      '{receiver: r, routes: [{matchers: a=b}]}',
      `expected a list of matchers such as ['severity="critical"'], found text`,
    ],
  ])('%s', (route, problem) => {
    const intervals = 'time_intervals: [{name: i}]';
    const problems = problemsOf(withRoute(route, intervals), { mode: route.includes('{a=b') ? 'utf8' : 'fallback' });
    expect(problems.filter((line) => line.includes(problem))).toHaveLength(1);
  });

  test('is read with its children; what is not set is undefined', () => {
    const { route } = load(
      withRoute(
        '{receiver: r, group_by: ["...", "..."], group_wait: 0s, routes: [{group_by: [], match: {severity: 1.10, on: yes}, ' +
          'match_re: {b: "x|y"}, matchers: [\'z="1"\', "a!=b"], continue: on, labels: {team: "{{groupLabels.team}}"}}]}',
      ),
    );
    expect(route).toMatchObject({
      receiver: 'r',
      groupBy: ['...'],
      groupWait: 0,
      groupInterval: undefined,
      matchers: [],
    });
    const [child] = route.routes;
    expect(child?.matchers.map(String)).toEqual(['a!="b"', 'b=~"^(?:x|y)$"', 'on="yes"', 'severity="1.10"', 'z="1"']);
    expect(child).toMatchObject({ receiver: undefined, groupBy: [], continue: true, repeatInterval: undefined });
    expect(child?.labels).toEqual(new Map([['team', '{{groupLabels.team}}']]));
  });

  test('the mode decides which label names and matchers are right', () => {
    const text = withRoute('{receiver: r, group_by: [größe], routes: [{matchers: ["größe=1"]}]}');
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text, { mode: 'classic' })).toEqual([
      expect.stringContaining('invalid label name "größe" in group_by list'),
      expect.stringContaining('bad matcher format: größe=1'),
    ]);
  });

  test('intervals that cannot be kept are warnings, where they are set', () => {
    const text = withRoute(
      '{receiver: r, repeat_interval: 1m, routes: [{matchers: [a=b]}, {group_interval: 1m}, {repeat_interval: 2w, group_by: [a]}]}',
    );
    expect(load(text, { file: 'f', retention: 432_000_000 }).warnings).toEqual([
      'f:1:39: route.repeat_interval: repeat_interval 1m is less than group_interval 5m: notifications do not repeat ' +
        'before the next group_interval',
      'f:1:111: route.routes[2].repeat_interval: repeat_interval 2w is greater than the data retention period 5d: ' +
        'notifications repeat when the log has forgotten them',
    ]);
    expect(load(text, { file: 'f' }).warnings).toHaveLength(1);
  });

  test('a matcher that only the classic grammar reads is a warning', () => {
    const { warnings } = load(withRoute('{receiver: r, routes: [{matchers: ["a="]}]}'), { file: 'f' });
    expect(warnings).toEqual([expect.stringMatching(/^f:1:43: route.routes\[0\].matchers\[0\]: .*classic grammar/)]);
  });
});

describe('inhibit_rules', () => {
  test('join the deprecated maps and the lists', () => {
    const text = withRoute(
      '{receiver: r}',
      'inhibit_rules: [{name: n, source_match: {a: 1}, source_matchers: [b=2], target_match_re: {c: x.*}, equal: [d]}, ~]',
    );
    const [rule, empty] = load(text).inhibitRules;
    expect(rule?.sourceMatchers.map(String)).toEqual(['a="1"', 'b="2"']);
    expect(rule?.targetMatchers.map(String)).toEqual(['c=~"^(?:x.*)$"']);
    expect(rule).toMatchObject({ name: 'n', equal: ['d'] });
    expect(empty).toEqual({ name: '', sourceMatchers: [], targetMatchers: [], equal: [] });
  });

  test('have their own errors', () => {
    const rules = '[{equal: [""]}, {source_match: {a-b: c}}, {target_match_re: {a: (}}]';
    expect(problemsOf(withRoute('{receiver: r}', `inhibit_rules: ${rules}`))).toEqual([
      '3:26: inhibit_rules[0].equal[0]: invalid label name "" in equal list',
      '3:48: inhibit_rules[1].source_match.a-b: invalid label name "a-b"',
      '3:80: inhibit_rules[2].target_match_re.a: error parsing regexp: missing closing ): `^(?:()$`',
    ]);
  });
});

describe('receivers', () => {
  test.each([
    ['[{name: r}, {}]', 'missing name in receiver'],
    ['[{name: r}, {name: r}]', 'notification config name "r" is not unique'],
    ['[{name: r, labels: {name: x}}]', 'receiver label "name" must match receiver name "r", got "x"'],
    ['[{name: r, webhook_configs: [~]}]', 'missing webhook config'],
    ['[{name: r, email_configs: [~]}]', 'missing email config'],
    ['[{name: r, email_config: []}]', 'unknown key: email_config (did you mean email_configs?)'],
    ['[{name: r, email_configs: {}}]', 'expected a list, found a mapping'],
    ['{name: r}', 'expected a list, found a mapping'],
  ])('%s', (receivers, problem) => {
    const problems = problemsOf(`route: {receiver: r}\nreceivers: ${receivers}`);
    expect(problems.filter((line) => line.includes(problem))).toHaveLength(1);
  });

  test('have their name among their labels; without integrations they are valid', () => {
    const [receiver] = load('route: {receiver: r}\nreceivers: [{name: r, labels: {team: x}}]').receivers;
    expect(receiver?.labels.toJSON()).toEqual({ name: 'r', team: 'x' });
    expect(receiver?.integrations).toEqual([]);
  });
});

test('nothing of a loaded configuration can be changed', () => {
  const config = load(
    withReceiver('  webhook_configs: [{url: "http://x/", http_config: {http_headers: {A: {values: [b]}}}}]'),
  );
  const webhook = config.receivers[0]?.integrations[0]?.config as { http: { headers: Map<string, unknown> } };
  expect(() => Object.assign(config, { hash: 1 })).toThrow(TypeError);
  expect(() => (config.templates as string[]).push('x')).toThrow(TypeError);
  expect(() => Object.assign(config.route, { receiver: 'x' })).toThrow(TypeError);
  expect(() => (config.sources as Map<string, unknown>).clear()).toThrow('the configuration is frozen');
  expect(() => webhook.http.headers.set('A', {})).toThrow('the configuration is frozen');
  expect(() => Object.assign(webhook.http.headers.get('A') as object, { values: [] })).toThrow(TypeError);
});

test('the hash is the first 6 bytes of the MD5, little-endian', () => {
  const text = withRoute('{receiver: r}');
  // md5sum: 31ed8d5e2982...
  expect(load(text).hash).toBe(0x82295e8ded31);
});
