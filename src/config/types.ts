import type { LabelSet } from '../alert/label-set.ts';
import type { Matcher } from '../alert/matcher.ts';
import type { TimeInterval } from '../time/interval.ts';
import type { SecretSource } from './secret.ts';

/**
 * A loaded configuration file: checked, defaults filled in, inheritance from `global` resolved, frozen. Durations in ms.
 * @template B what an entry is built into a receiver with
 */
export interface Config<B = unknown> {
  readonly resolveTimeout: number;
  readonly route: RouteConfig;
  readonly receivers: readonly ReceiverConfig<B>[];
  readonly inhibitRules: readonly InhibitRuleConfig[];
  /** time_intervals and mute_time_intervals: one name space. A name with no intervals never matches. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Absolute globs. */
  readonly templates: readonly string[];
  readonly templateLanguage: TemplateLanguage;
  /** IANA name: the zone of times in emails; undefined: that of the process. */
  readonly timeZone?: string | undefined;
  /** A layout as Go's Time.Format takes it: of times in emails; undefined: Tocsin's own. */
  readonly dateFormat?: string | undefined;
  /** One entry per known source, defaults filled in. */
  readonly sources: ReadonlyMap<string, SourceConfig>;
  readonly teams: readonly TeamConfig[];
  /** The effective configuration as YAML with secrets masked: `config.original` of the status API. */
  readonly original: string;
  /** First 6 bytes of the file's MD5, little-endian, as alertmanager_config_hash shows it. */
  readonly hash: number;
  /** What is accepted but worth saying, each with its place: keys that are not supported yet, odd intervals. */
  readonly warnings: readonly string[];
}

/** Of the strings of the file: `auto`, each is in the one that takes it. */
export type TemplateLanguage = 'auto' | 'go' | 'handlebars';

export interface RouteConfig {
  /** undefined: inherited. The root's is set. */
  readonly receiver: string | undefined;
  /** undefined: inherited; `['...']`: all labels. */
  readonly groupBy: readonly string[] | undefined;
  readonly groupWait: number | undefined;
  readonly groupInterval: number | undefined;
  readonly repeatInterval: number | undefined;
  /** match, match_re and matchers together, sorted as Alertmanager sorts them. */
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Name to template; merged with the parent's by the route tree. */
  readonly labels: ReadonlyMap<string, string>;
  readonly routes: readonly RouteConfig[];
}

export interface ReceiverConfig<B = unknown> {
  readonly name: string;
  /** `name` included. */
  readonly labels: LabelSet;
  readonly integrations: readonly IntegrationConfig<B>[];
}

/** One entry of a receiver's `<kind>_configs`. `config` is the kind's own type (receivers/<kind>/config.ts). */
export interface IntegrationConfig<B = unknown> {
  readonly kind: string;
  /** Index in its list. */
  readonly index: number;
  /**
   * What it is: the same in another place of the file or under another receiver name, so that a reload notifies nobody of
   * the same twice. Unique in its receiver.
   */
  readonly identity: string;
  readonly sendResolved: boolean;
  readonly config: unknown;
  /** Builds its receiver. */
  readonly build: B;
}

export interface InhibitRuleConfig {
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly equal: readonly string[];
}

/** One of `teams`: notified of what its matchers match, and of what names it. */
export interface TeamConfig {
  readonly name: string;
  /** By kind of receiver, each target as that kind writes it; not empty. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** Empty: it is notified only where an alert names it. */
  readonly matchers: readonly Matcher[];
  /** IANA name: the zone of times in what is sent to its targets alone; undefined: that of all. */
  readonly timeZone?: string | undefined;
}

/** `sources.<name>`: what every source has; a source's own keys are in `options`. */
export interface SourceConfig {
  readonly path: string;
  readonly auth: SourceAuth | undefined;
  /** ms a firing alert stays active that its sender does not repeat. undefined: the sender repeats. */
  readonly staleAfter: number | undefined;
  readonly options: unknown;
}

export type SourceAuth =
  | { readonly kind: 'bearer'; readonly token: SecretSource }
  | { readonly kind: 'basic'; readonly username: string; readonly password: SecretSource };

/** tls_config, as Prometheus' common library has it. Paths are as used (already resolved where Alertmanager does). */
export interface TlsConfig {
  readonly ca?: string;
  readonly caFile?: string;
  readonly cert?: string;
  readonly certFile?: string;
  readonly key?: SecretSource;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** Of OpenSSL, 0 to 5; absent: its default. */
  readonly securityLevel?: number;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** http_config, as Prometheus' common library has it. */
export interface HttpConfig {
  readonly basicAuth?: { readonly username: string | { readonly file: string }; readonly password?: SecretSource };
  readonly authorization?: { readonly type: string; readonly credentials?: SecretSource };
  readonly oauth2?: OAuth2Config;
  readonly tls: TlsConfig;
  readonly followRedirects: boolean;
  readonly enableHttp2: boolean;
  readonly proxy: ProxyConfig;
  readonly headers: ReadonlyMap<string, HttpHeaderConfig>;
}

export interface HttpHeaderConfig {
  readonly values: readonly string[];
  readonly secrets: readonly SecretSource[];
  readonly files: readonly string[];
}

export interface ProxyConfig {
  readonly url?: string;
  readonly noProxy: string;
  readonly fromEnvironment: boolean;
  readonly connectHeader: ReadonlyMap<string, readonly SecretSource[]>;
}

export interface OAuth2Config {
  readonly clientId: string;
  readonly clientSecret?: SecretSource;
  /** With it the refresh token grant is used, else client credentials. */
  readonly refreshToken?: SecretSource;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly endpointParams: ReadonlyMap<string, string>;
  readonly tls: TlsConfig;
  readonly proxy: ProxyConfig;
}
