import { isIP } from 'node:net';
import type { SecretSource } from '../../../config/secret.ts';
import type { OAuth2Config, TlsConfig } from '../../../config/types.ts';

/** All that makes two connections to a mail server the same: where, how, and as whom. */
export interface SmtpEndpoint {
  readonly host: string;
  readonly port: number;
  /** Of the HTTP or SOCKS proxy to go through; undefined: none. */
  readonly proxyUrl: string | undefined;
  /** LMTP (RFC 2033) in place of SMTP: each recipient has a reply of its own after the message. */
  readonly lmtp: boolean;
  /** Name for EHLO. */
  readonly hello: string;
  /** TLS from the first byte, instead of STARTTLS. */
  readonly implicitTls: boolean;
  /** STARTTLS or nothing. Without it (and without implicit TLS) STARTTLS is never tried, as in Alertmanager. */
  readonly requireTls: boolean;
  readonly tls: TlsConfig;
  /** '': no login. */
  readonly username: string;
  readonly identity: string;
  readonly password: SecretSource | undefined;
  readonly secret: SecretSource | undefined;
  /** In place of password and secret. */
  readonly oauth2: OAuth2Config | undefined;
}

/** `host:port`, for messages. */
export function nameOf({ host, port }: { host: string; port: number }): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Whether a cleartext password stays on this machine (Go's rule). */
export function isLocal(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}
