import { goQuote } from '../../alert/label-set.ts';
import { type Field, hidden, map, object, withDefault } from '../../config/field.ts';
import { canonicalHeader } from '../../config/http-config.ts';
import type { Place } from '../../config/place.ts';
import { type RateLimitValues, rateLimitField } from '../../config/rate-limit.ts';
import { type RecipientsConfig, recipientsField, toRecipientsConfig } from '../../config/recipients.ts';
import { bool, proxyUrl, secret, string, workingPath } from '../../config/scalars.ts';
import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import { type HostPort, smarthosts } from '../../config/smarthost.ts';
import { htmlTemplate, template } from '../../config/template-string.ts';
import { tlsField, toTlsConfig } from '../../config/tls-config.ts';
import type { TlsConfig } from '../../config/types.ts';
import { type EntryValues, type GlobalOf, receiverSchema } from '../define-receiver.ts';
import { dkimField, toDkimConfig } from './dkim-config.ts';
import { ANY, checkAddresses, ONE, SOME } from './literal-addresses.ts';
import type { DkimConfig } from './message/dkim.ts';
import { isHeaderName, isOwnHeader } from './message/headers.ts';
import { type MailOAuth2, oauth2Field, toMailOAuth2 } from './oauth2-config.ts';
import { emailTarget } from './target.ts';

/** host:port of a mail server. */
export type Smarthost = HostPort;

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
  /** For XOAUTH2: the login is by nothing else. */
  readonly oauth2: MailOAuth2 | undefined;
  readonly requireTls: boolean;
  /** undefined: implicit TLS exactly when the port is 465. */
  readonly forceImplicitTls: boolean | undefined;
  readonly tls: TlsConfig;
  /** Of the HTTP or SOCKS proxy to the mail server; undefined: none. */
  readonly proxyUrl: string | undefined;
  readonly lmtp: boolean;
  /** Canonical name to (template). Subject is among them only if the file set it. */
  readonly headers: ReadonlyMap<string, string>;
  /** Name of a folder under templates/; undefined: chosen by the alerts' source. */
  readonly template: string | undefined;
  /** At most so many emails in a window; undefined: no limit. */
  readonly rateLimit: RateLimitValues | undefined;
  /** Whether alerts have a link that opens a silence form. */
  readonly silenceLinks?: boolean;
  /** (template) overrides the folder's html.hbs / text.hbs; undefined: not set; '' leaves the part out. */
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly dkim: DkimConfig | undefined;
  /** undefined: everything goes to `to`. */
  readonly recipients: RecipientsConfig | undefined;
  readonly threading: { readonly enabled: boolean; readonly byDate: 'none' | 'daily' };
}

const templates = map(template);

/** Header names are canonicalised, so `subject` is `Subject`. */
const headers: Field<ReadonlyMap<string, string>> = {
  read(place) {
    const read = templates.read(place);
    if (read === undefined) return undefined;
    const canonical = new Map<string, string>();
    for (const [name, value] of read) {
      const known = canonicalHeader(name);
      if (canonical.has(known)) place.near(name).report(`duplicate header ${goQuote(known)} in email config`);
      // Alertmanager finds it out when it sends.
      if (!isHeaderName(name))
        place.near(name).warn(`no email can be sent: ${goQuote(name)} cannot be the name of a header`);
      else if (isOwnHeader(name)) place.near(name).warn("has no effect: this header is not the file's to set");
      canonical.set(known, value);
    }
    return canonical;
  },
  write: (value) => templates.write(value),
};

const shape = {
  to: template,
  from: template,
  hello: string,
  smarthost: smarthosts,
  auth_username: string,
  auth_password: secret,
  auth_password_file: workingPath,
  auth_secret: secret,
  auth_secret_file: hidden(workingPath),
  auth_identity: string,
  headers,
  html: htmlTemplate,
  text: template,
  require_tls: bool,
  tls_config: tlsField(workingPath),
  force_implicit_tls: hidden(bool),
  proxy_url: hidden(proxyUrl),
  lmtp: hidden(bool),
  threading: hidden(object({ enabled: bool, thread_by_date: string })),
  cc: hidden(template),
  bcc: hidden(template),
  reply_to: hidden(template),
  template: hidden(string),
  recipients: hidden(recipientsField(emailTarget)),
  rate_limit: hidden(rateLimitField(false)),
  silence_links: hidden(bool),
  oauth2: hidden(oauth2Field),
  dkim: hidden(dkimField),
};

type EmailValues = EntryValues<typeof shape>;

const globals = {
  smtp_from: template,
  smtp_hello: withDefault(string, 'localhost'),
  smtp_smarthost: smarthosts,
  smtp_auth_username: string,
  smtp_auth_password: secret,
  smtp_auth_password_file: workingPath,
  smtp_auth_secret: secret,
  smtp_auth_secret_file: hidden(workingPath),
  smtp_auth_identity: string,
  smtp_require_tls: withDefault(bool, true),
  smtp_tls_config: hidden(tlsField(workingPath)),
  smtp_force_implicit_tls: hidden(bool),
  smtp_proxy_url: hidden(proxyUrl),
  smtp_rate_limit: hidden(rateLimitField(true)),
};

/** `email_configs`. What an entry does not set comes from the `smtp_*` keys of `global`. */
export const emailSchema = receiverSchema({
  kind: 'email',
  target: emailTarget,
  sendResolvedDefault: false,
  shape,
  hints: {
    subject: 'write headers: { subject: ... }',
    body: 'write html: or text:',
    message: 'write html: or text:',
    password: 'write auth_password:',
    username: 'write auth_username:',
    host: 'write smarthost: host:port',
  },
  http: null,
  checkGlobal(place, global) {
    checkAddresses(place, ['smtp_from'], ONE);
    checkProxyUrl(place, global.smtp_proxy_url, 'smtp_proxy_url');
  },
  globals,
  resolve(values, place, global) {
    checkAddresses(place, ['from'], ONE);
    checkAddresses(place, ['to'], SOME);
    checkAddresses(place, ['cc', 'bcc', 'reply_to'], ANY);
    if (place.lacks('to')) place.report('missing to address in email config');
    checkProxyUrl(place, values.proxy_url, 'proxy_url');
    checkThreading(place, values);
    checkTemplateName(place, values.template);
    const inherited = inherit(values, global);
    checkOAuth2(place, values, inherited.auth_username);
    if (inherited.smarthost === undefined && place.lacks('smarthost')) {
      place.report('no global SMTP smarthost set');
    }
    if (!inherited.from && place.lacks('from')) place.report('no global SMTP from set');
    return inherited;
  },
  convert: toEmailConfig,
  recipientsOf: ({ to, cc, bcc, recipients }) => [recipients?.default.join(', ') || to, cc, bcc],
});

function inherit(values: EmailValues, global: GlobalOf<typeof globals>): EmailValues {
  const ownPassword = values.auth_password !== undefined || Boolean(values.auth_password_file);
  const ownSecret = values.auth_secret !== undefined || Boolean(values.auth_secret_file);
  return {
    ...values,
    from: values.from || global.smtp_from,
    hello: values.hello || global.smtp_hello,
    smarthost: values.smarthost ?? global.smtp_smarthost,
    auth_username: values.auth_username || global.smtp_auth_username,
    auth_password: ownPassword ? values.auth_password : global.smtp_auth_password,
    auth_password_file: ownPassword ? values.auth_password_file : global.smtp_auth_password_file,
    auth_secret: ownSecret ? values.auth_secret : global.smtp_auth_secret,
    auth_secret_file: ownSecret ? values.auth_secret_file : global.smtp_auth_secret_file,
    auth_identity: values.auth_identity || global.smtp_auth_identity,
    require_tls: values.require_tls ?? global.smtp_require_tls,
    tls_config: values.tls_config ?? global.smtp_tls_config,
    force_implicit_tls: values.force_implicit_tls ?? global.smtp_force_implicit_tls,
    proxy_url: values.proxy_url ?? global.smtp_proxy_url,
    rate_limit: values.rate_limit ?? global.smtp_rate_limit,
  };
}

/** What nodemailer can go through. */
function checkProxyUrl(place: Place, text: string | undefined, key: string): void {
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^(?:https?|socks[45]?|socks4a):$/.test(url.protocol) && url.hostname !== '') return;
  place
    .near(key)
    .report(`expected the URL of a proxy such as http://proxy.example.org:3128 or socks5://proxy.example.org:1080`);
}

function checkThreading(place: Place, values: EmailValues): void {
  if (values.threading?.enabled !== true) return;
  for (const header of ['References', 'In-Reply-To']) {
    if (!values.headers?.has(header)) continue;
    place.report(`conflicting configuration: threading.enabled conflicts with custom ${header} header`);
  }
  if (!['none', 'daily'].includes(values.threading.thread_by_date ?? '')) {
    place.near('threading').near('thread_by_date').report("threading.thread_by_date must be either 'none' or 'daily'");
  }
}

/** A password inherited from `global` is ignored; one beside oauth2 is a contradiction. */
function checkOAuth2(place: Place, { oauth2, ...values }: EmailValues, user: string | undefined): void {
  if (oauth2 === undefined) return;
  const passwords = ['auth_password', 'auth_password_file', 'auth_secret', 'auth_secret_file'] as const;
  const own = passwords.find((key) => values[key]);
  if (own) place.near(own).report(`${own} has no use beside oauth2`);
  if (!oauth2.user && !user) place.near('oauth2').report('oauth2 user (the mailbox) must be configured');
}

/** A folder's name, never a path. Whether it exists is known where templates are built. */
function checkTemplateName(place: Place, name: string | undefined): void {
  if (!name) return;
  const at = place.near('template');
  if (/^[\w-]+$/.test(name)) at.usesTemplate('mail', name);
  else at.report(`expected the name of a folder under templates/, found ${JSON.stringify(name)}`);
}

function toEmailConfig(values: EmailValues): EmailConfig {
  return {
    to: values.to ?? '',
    cc: values.cc ?? '',
    bcc: values.bcc ?? '',
    from: values.from ?? '',
    replyTo: values.reply_to ?? '',
    smarthosts: values.smarthost ?? [],
    hello: values.hello || 'localhost',
    authUsername: values.auth_username ?? '',
    authIdentity: values.auth_identity ?? '',
    authPassword: secretSource(values.auth_password, values.auth_password_file),
    authSecret: secretSource(values.auth_secret, values.auth_secret_file),
    oauth2: toMailOAuth2(values.oauth2, values.auth_username),
    requireTls: values.require_tls ?? true,
    forceImplicitTls: values.force_implicit_tls,
    proxyUrl: values.proxy_url,
    lmtp: values.lmtp ?? false,
    tls: toTlsConfig(values.tls_config),
    headers: values.headers ?? new Map(),
    template: values.template || undefined,
    rateLimit: values.rate_limit,
    silenceLinks: values.silence_links ?? true,
    html: values.html,
    text: values.text,
    dkim: toDkimConfig(values.dkim),
    recipients: values.recipients && toRecipientsConfig(values.recipients, emailTarget),
    threading: {
      enabled: values.threading?.enabled ?? false,
      byDate: values.threading?.thread_by_date === 'daily' ? 'daily' : 'none',
    },
  };
}
