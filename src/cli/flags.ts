import type { OriginTest } from '../http/options.ts';
import { compileRegexp } from '../regexp/regexp.ts';
import { type FlagValues, flagHelp, parseArguments } from './flag-parser.ts';
import {
  directory,
  duration,
  type Flag,
  FlagError,
  fraction,
  limit,
  oneOf,
  text,
  texts,
  timeout,
  toggle,
} from './flag-types.ts';

import { configFileFlag, featuresFlag } from './shared-flags.ts';

export { FlagError } from './flag-types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CLUSTER = 'Accepted and ignored: Tocsin does not gossip.';
const CONNECT = 'Accepted and ignored: Tocsin has no Connect API.';
const GO_MEMORY = 'Accepted and ignored: Tocsin has no Go runtime.';

/** Its default is of no interest to anyone. */
const unshown = <T>(flag: Flag<T>): Flag<T> => ({ ...flag, shownDefault: '' });

/** Alertmanager's flags, with its names and defaults, and Tocsin's own (`storage.fsync`). Durations in ms. */
const FLAGS = {
  configFile: configFileFlag,
  storagePath: directory('storage.path', 'Directory of the store; created if absent.', 'data/'),
  storageFsync: oneOf(
    'storage.fsync',
    'Whether stored alerts survive a crash of the process only, or also of the machine.',
    ['process', 'machine'],
    'machine',
  ),
  dataRetention: duration('data.retention', 'How long expired silences and the notification log are kept.', 120 * HOUR),
  dataMaintenanceInterval: duration('data.maintenance-interval', 'Time between removals of expired data.', 15 * MINUTE),
  maxSilences: limit('silences.max-silences', 'Maximum number of silences, including expired ones; 0 is no limit.', 0),
  maxSilenceSizeBytes: limit(
    'silences.max-silence-size-bytes',
    'Maximum size of a silence in bytes; 0 is no limit.',
    0,
  ),
  logSilences: toggle('log.silences', 'Log every change of a silence.'),
  alertsGcInterval: duration('alerts.gc-interval', 'Time between removals of resolved alerts.', 30 * MINUTE),
  perAlertnameLimit: limit(
    'alerts.per-alertname-limit',
    'Maximum number of alerts of one source with the same alertname; 0 is no limit.',
    0,
  ),
  perSourceLimit: limit('alerts.per-source-limit', 'Maximum number of alerts of one source; 0 is no limit.', 0),
  activeLimit: limit('alerts.active-limit', 'Maximum total number of alerts; 0 is no limit.', 0),
  endsAtLimit: timeout('alerts.ends-at-limit', "How far ahead a sender may set an alert's endsAt; 0 is no limit."),
  dispatchMaintenanceInterval: duration(
    'dispatch.maintenance-interval',
    'Accepted and ignored: empty groups are removed at once.',
    30 * SECOND,
  ),
  startDelay: timeout('dispatch.start-delay', 'Time after the start during which no notifications are sent.'),
  listenAddresses: texts('web.listen-address', 'Address to listen on; repeatable.', 'HOST:PORT', [':9093']),
  systemdSocket: toggle('web.systemd-socket', 'Use the listening sockets from systemd instead.'),
  webConfigFile: text('web.config.file', 'File with TLS, users and headers of the web server.', 'FILE'),
  externalUrl: text('web.external-url', 'URL at which others reach this server; used for links in emails.', 'URL'),
  routePrefix: text(
    'web.route-prefix',
    'Path that everything is served below (default: the path of --web.external-url).',
    'PATH',
  ),
  allowedHosts: {
    ...texts(
      'web.allowed-hosts',
      'Host names under which browsers may change something, comma-separated, beside that of --web.external-url; repeatable.',
      'NAME,...',
      [],
    ),
    parse: (values: readonly string[]): readonly string[] =>
      values
        .flatMap((value) => value.split(','))
        .map((name) => name.trim())
        .filter((name) => name !== ''),
  },
  corsOrigin: {
    ...text(
      'web.cors.origin',
      'Regular expression for the origins whose pages may call the API, matched against the whole origin.',
      'REGEX',
    ),
    initial: undefined,
    parse: (values: readonly string[]): OriginTest | undefined => originTest(values.at(-1) as string),
  },
  getConcurrency: limit(
    'web.get-concurrency',
    'Maximum number of concurrent GET requests; 0 is the number of processors, but at least 8.',
    0,
  ),
  webTimeout: timeout('web.timeout', 'Maximum time for a request; 0 is no limit.'),
  connectUnaryConcurrency: unshown(limit('api.connect.unary-concurrency', CONNECT, 0)),
  connectStreamConcurrency: unshown(limit('api.connect.stream-concurrency', CONNECT, 0)),
  connectUnaryTimeout: unshown(timeout('api.connect.unary-timeout', CONNECT)),
  connectStreamIdleTimeout: unshown(timeout('api.connect.stream-idle-timeout', CONNECT)),
  connectStreamLifetime: unshown(timeout('api.connect.stream-lifetime', CONNECT)),
  connectReadMaxBytes: unshown(limit('api.connect.read-max-bytes', CONNECT, 0)),
  connectSendMaxBytes: unshown(limit('api.connect.send-max-bytes', CONNECT, 0)),
  connectMaxRequestBodyBytes: unshown(limit('api.connect.max-request-body-bytes', CONNECT, 0)),
  gomemlimit: toggle('auto-gomemlimit', GO_MEMORY),
  gomemlimitRatio: unshown(fraction('auto-gomemlimit.ratio', GO_MEMORY, 0.9)),
  gomemlimitRefreshInterval: unshown(duration('auto-gomemlimit.refresh-interval', GO_MEMORY, 0)),
  clusterListenAddress: text(
    'cluster.listen-address',
    'Shown in the status as a cluster of one; "" shows clustering as disabled.',
    'HOST:PORT',
    '0.0.0.0:9094',
  ),
  clusterAdvertiseAddress: text('cluster.advertise-address', CLUSTER, 'HOST:PORT'),
  clusterPeerName: text('cluster.peer-name', CLUSTER, 'NAME'),
  clusterTlsConfig: text('cluster.tls-config', CLUSTER, 'FILE'),
  clusterLabel: text('cluster.label', CLUSTER, 'LABEL'),
  clusterPeers: texts('cluster.peer', CLUSTER, 'HOST:PORT', []),
  clusterPeerTimeout: unshown(duration('cluster.peer-timeout', CLUSTER, 15 * SECOND)),
  clusterPeersResolveTimeout: unshown(duration('cluster.peers-resolve-timeout', CLUSTER, 15 * SECOND)),
  clusterGossipInterval: unshown(duration('cluster.gossip-interval', CLUSTER, 200)),
  clusterPushpullInterval: unshown(duration('cluster.pushpull-interval', CLUSTER, MINUTE)),
  clusterTcpTimeout: unshown(duration('cluster.tcp-timeout', CLUSTER, 10 * SECOND)),
  clusterProbeTimeout: unshown(duration('cluster.probe-timeout', CLUSTER, 500)),
  clusterProbeInterval: unshown(duration('cluster.probe-interval', CLUSTER, SECOND)),
  clusterSettleTimeout: unshown(duration('cluster.settle-timeout', CLUSTER, MINUTE)),
  clusterReconnectInterval: unshown(duration('cluster.reconnect-interval', CLUSTER, 10 * SECOND)),
  clusterReconnectTimeout: unshown(duration('cluster.reconnect-timeout', CLUSTER, 6 * HOUR)),
  clusterAllowInsecurePublicAdvertiseAddressDiscovery: toggle(
    'cluster.allow-insecure-public-advertise-address-discovery',
    CLUSTER,
  ),
  features: featuresFlag,
  logLevel: oneOf('log.level', 'Minimum level of messages to log.', ['debug', 'info', 'warn', 'error'], 'info'),
  logFormat: oneOf('log.format', 'Format of the log.', ['logfmt', 'json'], 'logfmt'),
} satisfies Record<string, Flag<unknown>>;

/** A command line's flags: what was given, or the defaults. */
export type Flags = FlagValues<typeof FLAGS>;

/** What the user wants to see instead of running. @throws FlagError where the words beside --version make no sense. */
export function askedFor(argv: readonly string[]): 'help' | 'version' | undefined {
  if (argv.some((word) => word === '--help' || word === '-h')) return 'help';
  if (!argv.includes('--version')) return undefined;
  parseFlags(argv.filter((word) => word !== '--version'));
  return 'version';
}

/** @throws FlagError with one line for the user */
export function parseFlags(argv: readonly string[]): Flags {
  const { flags, words } = parseArguments(FLAGS, argv);
  if (words[0] !== undefined) throw new FlagError(`unexpected argument '${words[0]}': flags look like --name=value`);
  return flags;
}

function originTest(pattern: string): OriginTest | undefined {
  if (pattern === '') return undefined;
  const regexp = compileRegexp(pattern);
  return (origin) => regexp.test(origin);
}

/** @param usage lines that go first: the ways to call the program. */
export function helpText(usage: string): string {
  return `${usage}\n\nFlags:\n  -h, --help                        Show this help.\n  --version                         Show the version.\n${flagHelp(FLAGS)}\n`;
}
