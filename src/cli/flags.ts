import { DEFAULT_CONFIG } from './default-config.ts';
import { FEATURE_NAMES, type Features, parseFeatures } from './features.ts';
import { type FlagValues, flagHelp, parseCommandLine } from './flag-parser.ts';
import { count, directory, duration, type Flag, fraction, oneOf, text, texts, toggle } from './flag-types.ts';

export { FlagError } from './flag-types.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CLUSTER = 'Accepted: there is no cluster.';

/** Its default is of no interest to anyone. */
const unshown = <T>(flag: Flag<T>): Flag<T> => ({ ...flag, shownDefault: '' });

/** Alertmanager's flags, with its names and defaults, and Tocsin's own (`storage.fsync`). Durations in ms. */
const FLAGS = {
  configFile: {
    ...text('config.file', 'Configuration file.', 'FILE', DEFAULT_CONFIG),
    shownDefault: 'config/tocsin.yml of the package',
  },
  storagePath: directory('storage.path', 'Directory of what must survive a restart; created where absent.', 'data/'),
  storageFsync: oneOf(
    'storage.fsync',
    'What a stored alert survives: a crash of the process, or of the machine.',
    ['process', 'machine'],
    'machine',
  ),
  dataRetention: duration('data.retention', 'How long expired silences and the notification log are kept.', 120 * HOUR),
  dataMaintenanceInterval: duration(
    'data.maintenance-interval',
    'Time between removals of what is expired.',
    15 * MINUTE,
  ),
  maxSilences: count('silences.max-silences', 'Most silences, expired ones included; 0 is no limit.', 0),
  maxSilenceSizeBytes: count('silences.max-silence-size-bytes', 'Largest silence; 0 is no limit.', 0),
  logSilences: toggle('log.silences', 'Log every change of a silence.'),
  alertsGcInterval: duration('alerts.gc-interval', 'Time between removals of resolved alerts.', 30 * MINUTE),
  perAlertnameLimit: count('alerts.per-alertname-limit', 'Most alerts with the same alertname; 0 is no limit.', 0),
  dispatchMaintenanceInterval: duration(
    'dispatch.maintenance-interval',
    'Accepted for compatibility: empty groups are removed at once.',
    30 * SECOND,
  ),
  startDelay: duration('dispatch.start-delay', 'Time to wait after the start before anything is sent.', 0),
  listenAddresses: texts('web.listen-address', 'Address to listen on; repeatable.', 'HOST:PORT', [':9093']),
  systemdSocket: toggle('web.systemd-socket', 'Take the listening sockets from systemd instead.'),
  webConfigFile: text('web.config.file', 'File with TLS, users and headers of the web server.', 'FILE'),
  externalUrl: text(
    'web.external-url',
    'URL under which others reach this server; links in mails begin with it.',
    'URL',
  ),
  routePrefix: text(
    'web.route-prefix',
    'Path that everything is served below; default: that of the external URL.',
    'PATH',
  ),
  getConcurrency: count(
    'web.get-concurrency',
    'Most GET requests at once; 0 is the number of processors, at least 8.',
    0,
  ),
  webTimeout: duration('web.timeout', 'Longest time for a request; 0 is no limit.', 0),
  gomemlimitRatio: fraction('auto-gomemlimit.ratio', 'Accepted for compatibility: nothing to set in Node.', 0.9),
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
  features: {
    ...text('enable-feature', `Comma-separated features: ${FEATURE_NAMES.join(', ')}.`, 'LIST'),
    initial: parseFeatures(''),
    parse: (values: readonly string[]): Features => parseFeatures(values.at(-1) as string),
  },
  logLevel: oneOf('log.level', 'Least severe messages to log.', ['debug', 'info', 'warn', 'error'], 'info'),
  logFormat: oneOf('log.format', 'Form of the log.', ['logfmt', 'json'], 'logfmt'),
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
  return parseCommandLine(FLAGS, argv);
}

/** @param usage lines that go first: the ways to call the program. */
export function helpText(usage: string): string {
  return `${usage}\n\nFlags:\n  -h, --help                        Show this help.\n  --version                         Show the version.\n${flagHelp(FLAGS)}\n`;
}
