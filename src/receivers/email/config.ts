import type { SecretSource } from '../../config/secret.ts';
import type { TlsConfig } from '../../config/types.ts';

/** host:port of a mail server. */
export interface Smarthost {
  readonly host: string;
  readonly port: number;
}

/** One `email_configs` entry, global values already inherited. Strings marked (template) are Handlebars over TemplateData. */
export interface EmailConfig {
  /** (template) RFC 5322 address list. */
  readonly to: string;
  /** (template) */
  readonly cc: string;
  /** (template) */
  readonly bcc: string;
  /** (template) exactly one address. */
  readonly from: string;
  /** (template) */
  readonly replyTo: string;
  /** Tried in order; never empty. */
  readonly smarthosts: readonly Smarthost[];
  readonly hello: string;
  readonly authUsername: string;
  readonly authIdentity: string;
  /** For PLAIN and LOGIN. */
  readonly authPassword: SecretSource | undefined;
  /** For CRAM-MD5. */
  readonly authSecret: SecretSource | undefined;
  readonly requireTls: boolean;
  /** undefined: implicit TLS exactly when the port is 465. */
  readonly forceImplicitTls: boolean | undefined;
  readonly tls: TlsConfig;
  /** Canonical name to (template). Subject is among them only if the file set it. */
  readonly headers: ReadonlyMap<string, string>;
  /** Name of a folder under templates/; undefined: chosen by the alerts' source. */
  readonly template: string | undefined;
  /** (template) overrides the folder's html.hbs / text.hbs; undefined: not set; '' leaves the part out. */
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly threading: { readonly enabled: boolean; readonly byDate: 'none' | 'daily' };
}
