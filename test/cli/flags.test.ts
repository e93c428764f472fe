import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askedFor, FlagError, helpText, parseFlags } from '../../src/cli/flags.ts';
import { httpOptions } from '../../src/cli/http-options.ts';

describe('forms', () => {
  test('--flag=value, --flag value, --toggle, --no-toggle', () => {
    expect(parseFlags(['--storage.path=/a=b', '--data.retention', '1h30m', '--log.silences'])).toMatchObject({
      storagePath: '/a=b',
      dataRetention: 5_400_000,
      logSilences: true,
    });
    expect(parseFlags(['--no-log.silences']).logSilences).toBe(false);
    expect(parseFlags(['--cluster.listen-address=']).clusterListenAddress).toBe('');
  });

  test('durations in days and weeks, limits below 0, levels in capitals: what Alertmanager takes', () => {
    expect(
      parseFlags(['--data.retention=1w1.5d', '--web.timeout=-1s', '--silences.max-silences=-1', '--log.level=WARN']),
    ).toMatchObject({ dataRetention: 734_400_000, webTimeout: 0, maxSilences: 0, logLevel: 'warn' });
  });

  test('@FILE has an argument per line, as for kingpin', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tocsin-flags-')), 'arguments');
    writeFileSync(file, '# a comment\n--log.level=warn\n\n--storage.path=a b\n');
    expect(parseFlags([`@${file}`, '--log.silences'])).toMatchObject({
      logLevel: 'warn',
      storagePath: 'a b',
      logSilences: true,
    });
  });

  test('a forgotten value does not take the next flag', () => {
    expect(() => parseFlags(['--config.file', '--log.silences'])).toThrow(
      "expected argument for flag '--config.file', found '--log.silences'",
    );
  });

  test('repeatable flags collect', () => {
    expect(parseFlags(['--web.listen-address=:1', '--web.listen-address', ':2']).listenAddresses).toEqual([':1', ':2']);
    expect(parseFlags([]).listenAddresses).toEqual([':9093']);
  });

  test.each([
    ['--web.listen-adress=:1', "unknown long flag '--web.listen-adress', did you mean '--web.listen-address'?"],
    ['--no-data.retention', "unknown long flag '--no-data.retention', did you mean '--data.retention'?"],
    ['--foo', "unknown long flag '--foo'"],
    ['-x', "unknown short flag '-x'"],
    ['serve', "unexpected argument 'serve': flags look like --name=value"],
    ['--listen-address=:1', "unknown long flag '--listen-address', did you mean '--web.listen-address'?"],
    ['--config=x', "unknown long flag '--config', did you mean '--config.file'?"],
    ['@/nowhere', '@/nowhere: no such file'],
    ['--config.file', "expected argument for flag '--config.file'"],
    ['--storage.path=', 'invalid value for --storage.path: expected a directory, found ""'],
    ['--data.retention=5x', 'invalid value for --data.retention: time: unknown unit "x" in duration "5x"'],
    ['--web.cors.origin=(', 'invalid value for --web.cors.origin: error parsing regexp: missing closing ): `^(?:()$`'],
    ['--data.retention=-1h', 'invalid value for --data.retention: a duration must not be negative'],
    ['--web.get-concurrency=1.5', 'invalid value for --web.get-concurrency: expected a whole number, found "1.5"'],
    ['--log.level=loud', 'invalid value for --log.level: expected one of debug, info, warn, error, found "loud"'],
    ['--storage.fsync=never', 'invalid value for --storage.fsync: expected one of process, machine, found "never"'],
    ['--log.silences=perhaps', 'invalid value for --log.silences: expected no value, found "perhaps"'],
    ['--enable-feature=x', "invalid value for --enable-feature: unknown option 'x' for --enable-feature"],
    [
      '--enable-feature=classic-mode,utf8-strict-mode',
      'invalid value for --enable-feature: cannot have both classic and UTF-8 modes enabled',
    ],
  ])('%s is refused', (word, message) => {
    expect(() => parseFlags([word])).toThrow(new FlagError(message));
  });

  test('a flag that is not repeatable is given once', () => {
    expect(() => parseFlags(['--log.level=info', '--log.level=info'])).toThrow("flag '--log.level' cannot be repeated");
  });
});

test('a whole command line of Alertmanager’s', () => {
  const flags = parseFlags(
    [
      '--config.file=am.yml --storage.path=d --data.retention=120h --data.maintenance-interval=15m --silences.max-silences=5',
      '--silences.max-silence-size-bytes=6 --alerts.gc-interval=30m --alerts.per-alertname-limit=7 --log.level=debug',
      '--dispatch.maintenance-interval=30s --dispatch.start-delay=5s --web.config.file=w.yml --log.format=json',
      '--web.external-url=http://x/y --web.route-prefix=/z --web.get-concurrency=9 --web.timeout=10s',
      '--auto-gomemlimit --auto-gomemlimit.ratio=0.5 --auto-gomemlimit.refresh-interval=0s --cluster.listen-address=127.0.0.1:0 --cluster.advertise-address=1.2.3.4:5',
      '--cluster.peer=a:1 --cluster.peer=b:2 --cluster.peer-timeout=15s --cluster.peers-resolve-timeout=15s',
      '--cluster.gossip-interval=200ms --cluster.pushpull-interval=1m0s --cluster.tcp-timeout=10s',
      '--cluster.probe-timeout=500ms --cluster.probe-interval=1s --cluster.settle-timeout=0s --cluster.peer-name=n',
      '--cluster.reconnect-interval=10s --cluster.reconnect-timeout=6h0m0s --cluster.tls-config=t --cluster.label=l',
      '--api.connect.unary-concurrency=-1 --api.connect.stream-concurrency=0 --api.connect.unary-timeout=-1s',
      '--api.connect.stream-idle-timeout=1m --api.connect.stream-lifetime=1d --api.connect.read-max-bytes=1',
      '--api.connect.send-max-bytes=2 --api.connect.max-request-body-bytes=3 --web.cors.origin=https?://x\\.example',
      '--cluster.allow-insecure-public-advertise-address-discovery',
      '--enable-feature=receiver-name-in-metrics,alert-names-in-metrics,group-key-in-metrics,utf8-strict-mode,auto-gomemlimit,muted-alerts-in-nflog',
    ].flatMap((line) => line.split(' ')),
  );
  expect(flags).toMatchObject({
    configFile: 'am.yml',
    startDelay: 5_000,
    perAlertnameLimit: 7,
    clusterPeers: ['a:1', 'b:2'],
    logFormat: 'json',
    features: {
      matcherMode: 'utf8',
      receiverNamesInMetrics: true,
      alertNamesInMetrics: true,
      groupKeysInMetrics: true,
    },
  });
  expect(httpOptions(flags, '1.2.3')).toMatchObject({
    listenAddresses: [':9093'],
    routePrefix: '/z',
    getConcurrency: 9,
    timeout: 10_000,
    matcherMode: 'utf8',
    version: { version: '0.35.0', branch: 'tocsin', revision: 'tocsin-1.2.3' },
  });
});

test('without a file it is the example that comes with the package', () => {
  const { configFile } = parseFlags([]);
  expect(configFile).toMatch(/\/config\/tocsin\.yml$/);
  expect(existsSync(configFile)).toBe(true);
});

test('the defaults are Alertmanager’s', () => {
  expect(parseFlags([])).toMatchObject({
    storagePath: 'data/',
    storageFsync: 'machine',
    dataRetention: 432_000_000,
    dataMaintenanceInterval: 900_000,
    alertsGcInterval: 1_800_000,
    clusterListenAddress: '0.0.0.0:9094',
    features: { matcherMode: 'fallback' },
  });
  expect(httpOptions(parseFlags([]), '1').getConcurrency).toBeGreaterThanOrEqual(8);
});

test('help shows every flag within 100 columns, where words allow', () => {
  const lines = helpText('usage: tocsin [FLAGS]').split('\n');
  expect(lines[0]).toBe('usage: tocsin [FLAGS]');
  expect(lines).toContain(
    '  --data.retention=DURATION         How long expired silences and the notification log are kept.',
  );
  expect(lines).toContain('  --[no-]log.silences               Log every change of a silence.');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('help and version are asked for anywhere', () => {
  expect(askedFor(['--log.level=info', '-h'])).toBe('help');
  expect(askedFor(['--version'])).toBe('version');
  expect(() => askedFor(['--version', 'extra'])).toThrow("unexpected argument 'extra'");
  expect(askedFor([])).toBeUndefined();
});
