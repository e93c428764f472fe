import { describe, expect, test } from 'vitest';
import { load, problemsOf } from './support.ts';

const REST = 'route: {receiver: r}\nreceivers: [{name: r}]\n';

describe('sources', () => {
  test('are all there with their defaults, listed or not', () => {
    const { sources } = load(REST);
    expect([...sources.keys()]).toEqual(expect.arrayContaining(['prometheus', 'alertmanager', 'rhacs']));
    expect(sources.get('rhacs')).toMatchObject({ path: '/webhooks/rhacs', auth: undefined, staleAfter: 86_400_000 });
    expect(sources.get('alertmanager')).toMatchObject({ path: '/webhooks/alertmanager', staleAfter: 86_400_000 });
    expect(sources.get('prometheus')?.staleAfter).toBeUndefined();
  });

  test('read path, credentials and stale_after; files are relative to the configuration', () => {
    const yaml =
      '{rhacs: {path: /in, auth: {bearer_token_file: t}, stale_after: 1h}, alertmanager: {auth: {basic: {username: u, password_file: /p}}}}';
    const { sources } = load(`sources: ${yaml}\n${REST}`);
    expect(sources.get('rhacs')).toMatchObject({
      path: '/in',
      auth: { kind: 'bearer', token: { file: '/etc/tocsin/t' } },
      staleAfter: 3_600_000,
    });
    expect(sources.get('alertmanager')?.auth).toEqual({ kind: 'basic', username: 'u', password: { file: '/p' } });
  });

  test.each([
    ['{rhac: {}}', ['sources.rhac: unknown key: rhac (did you mean rhacs?)']],
    ['[]', ['sources: expected a mapping with keys such as']],
    ['{rhacs: {pth: /x}}', ['sources.rhacs.pth: unknown key: pth (did you mean path?)']],
    ['{rhacs: {path: in}}', ['sources.rhacs.path: expected a path that starts with /, found "in"']],
    [
      '{rhacs: {path: /webhooks/alertmanager}}',
      ['sources.rhacs.path: path /webhooks/alertmanager is already that of source alertmanager'],
    ],
    ['{rhacs: {path: /api/v2/silences}}', ["path /api/v2/silences is Tocsin's own"]],
    ['{rhacs: {path: /metrics}}', ["path /metrics is Tocsin's own"]],
    ['{rhacs: {auth: sesame}}', ['sources.rhacs.auth: expected a mapping with keys such as bearer_token']],
    [
      '{rhacs: {stale_after: 0}}',
      ['sources.rhacs.stale_after: stale_after cannot be zero: no alert would stay active'],
    ],
    ['{rhacs: {auth: {}}}', ['sources.rhacs.auth: expected bearer_token, bearer_token_file or basic']],
    [
      '{rhacs: {auth: {bearer_token: sesame, bearer_token_file: f}}}',
      ['at most one of bearer_token & bearer_token_file must be configured'],
    ],
    [
      '{rhacs: {auth: {bearer_token: sesame, basic: {username: u, password: p}}}}',
      ['at most one of bearer_token, bearer_token_file & basic must be configured'],
    ],
    [
      '{rhacs: {auth: {basic: {}}}}',
      ['sources.rhacs.auth.basic: missing username', 'one of password or password_file must be configured'],
    ],
    [
      '{rhacs: {auth: {basic: {username: u, password: sesame, password_file: f}}}}',
      ['at most one of password & password_file must be configured'],
    ],
    [
      '{rhacs: {auth: {bearer: sesame}}}',
      ['expected bearer_token, bearer_token_file or basic', 'unknown key: bearer (did you mean bearer_token?)'],
    ],
    [
      '{rhacs: {namespace_annotations: {}}}',
      ['sources.rhacs.namespace_annotations: expected from: central, kubernetes or static'],
    ],
    [
      '{rhacs: {namespace_annotations: {from: file}}}',
      ['namespace_annotations.from: expected one of central, kubernetes, static, found file'],
    ],
    [
      '{rhacs: {namespace_annotations: {from: central}}}',
      ['namespace_annotations.from: from: central asks the server of the section central: add it'],
    ],
    [
      '{rhacs: {central: {insecure_skip_verify: true}, namespace_annotations: {from: central}}}',
      ['sources.rhacs.central: missing url: the address', 'sources.rhacs.central: missing token_file: the file'],
    ],
    [
      '{rhacs: {namespace_annotations: {from: static}}}',
      ['namespace_annotations: expected CLUSTER/NAMESPACE: {ANNOTATION: VALUE} under static'],
    ],
    [
      '{rhacs: {namespace_annotations: {from: static, static: {shop: {email: a@example.org}}}}}',
      ['namespace_annotations.static.shop: expected CLUSTER/NAMESPACE, found "shop"'],
    ],
    [
      '{rhacs: {namespace_annotations: {from: kubernetes, static: {a/b: {}}, kubernetes: {url: "https://k/"}}}}',
      [
        'namespace_annotations.static: static belongs to from: static, not to from: kubernetes',
        'namespace_annotations.kubernetes: missing token_file',
      ],
    ],
    ['{rhacs: {central_url: central.example.org}}', ['unsupported scheme "" for URL']],
  ])('%s', (yaml, expected) => {
    const problems = problemsOf(`sources: ${yaml}\n${REST}`);
    expect(problems).toEqual(expected.map((text) => expect.stringContaining(text)));
    expect(problems.join()).not.toContain('sesame');
  });
});

describe('what is not supported yet', () => {
  test('loads and is listed with its place', () => {
    const text = `${REST}
tracing: {endpoint: 'x:1'}
event_recorder: {stdout_outputs: [{name: a}]}
sources: {rhacs: {update_interval: 30m, central: {url: 'https://c/', token_file: t}}}
`;
    expect(load(text, { file: 'f' }).warnings).toEqual([
      'f:4:10: tracing: is not supported yet: it is checked and otherwise ignored',
      'f:5:17: event_recorder: is not supported yet: it is checked and otherwise ignored',
    ]);
  });

  test('is checked nevertheless', () => {
    const text = `${REST}
tracing: {client_type: x}
event_recorder: {file_outputs: [{name: a}, {path: p}, {name: a, path: q}], webhook_outputs: [{name: b}]}
`;
    expect(problemsOf(text).map((line) => line.replace(/^\d+:\d+: /, ''))).toEqual([
      'tracing: tracing endpoint must be set',
      'tracing.client_type: expected one of http, grpc, found x',
      'event_recorder.file_outputs[0]: event_recorder file output requires a path',
      'event_recorder.file_outputs[1]: event_recorder file output requires a name',
      'event_recorder.file_outputs[2].name: event_recorder output name "a" is duplicated for type file',
      'event_recorder.webhook_outputs[0]: event_recorder webhook output requires a url',
    ]);
  });
});
