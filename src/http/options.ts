import type { MatcherMode } from '../alert/parse-matchers.ts';

/** How the HTTP server listens and what it says of itself. Everything has been checked by the flags' parser. */
export interface HttpOptions {
  /** `:9093`, `127.0.0.1:0`, `[::1]:9093`; one listener each. */
  readonly listenAddresses: readonly string[];
  /** Take the sockets that systemd hands over (LISTEN_FDS) instead of `listenAddresses`. */
  readonly systemdSocket?: boolean;
  /** `/` or `/foo`, without a slash at the end: everything is served below it. */
  readonly routePrefix: string;
  /** Path of the web configuration file (TLS, users, headers); '' for none. */
  readonly webConfigFile: string;
  /** At most so many GETs at once, over all paths. */
  readonly getConcurrency: number;
  /** ms that a request may take; 0 is no limit. */
  readonly timeout: number;
  readonly limits: HttpLimits;
  /** Which other origins' pages may call API v2; undefined: none. */
  readonly corsOrigin?: OriginTest | undefined;
  /** Names of hosts under which browsers may change something, beside loopback names and IP addresses; in lower case. */
  readonly allowedHosts: readonly string[];
  /** The grammar of matchers in parameters. */
  readonly matcherMode: MatcherMode;
  readonly version: VersionInfo;
  /** `--cluster.listen-address`; '' makes the status say that clustering is disabled. */
  readonly clusterListenAddress: string;
}

/** Whether pages from this origin may call the API. */
export type OriginTest = (origin: string) => boolean;

export interface HttpLimits {
  /** Longest request body, bytes: beyond it 413. */
  readonly bodyBytes: number;
  /** Bytes of all request bodies that have not arrived completely. */
  readonly unfinishedBytes: number;
  /** Most alerts in one request: beyond it 413. */
  readonly alertsPerRequest: number;
  /** ms that a client may take to send a request's headers (or to begin TLS), and all of it. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** ms for which a client may read nothing of its answer, and take for all of it. */
  readonly stalledTimeout: number;
  readonly answerTimeout: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 10 * 1024 * 1024,
  unfinishedBytes: 64 * 1024 * 1024,
  alertsPerRequest: 100_000,
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  stalledTimeout: 30_000,
  answerTimeout: 10 * 60_000,
};

/** `versionInfo` of the status API. */
export interface VersionInfo {
  /** The Alertmanager version whose behaviour this is: amtool compares it with its own. */
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  readonly buildDate: string;
  readonly goVersion: string;
}
