import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  setDefaultCACertificates,
} from 'node:tls';
import { readSecret } from '../config/secret.ts';
import type { TlsConfig, TlsVersion } from '../config/types.ts';
import { HttpClientError } from './http-client-error.ts';

/** The part of node:tls' connection options that a `tls_config` sets. */
export interface TlsOptions {
  rejectUnauthorized: boolean;
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
  minVersion?: TlsVersion;
  maxVersion?: TlsVersion;
  ciphers?: string;
}

/**
 * What node:tls needs for a `tls_config`. Files are read now, so that a rotated certificate is taken up.
 * @throws HttpClientError `parse TLS configuration: ...` naming the file that cannot be read.
 */
export async function tlsOptions(tls: TlsConfig): Promise<TlsOptions> {
  const options: TlsOptions = { rejectUnauthorized: !tls.insecureSkipVerify };
  const ca = tls.ca ?? (tls.caFile && (await read('CA cert', () => readFile(tls.caFile as string, 'utf8'))));
  if (ca) options.ca = ca;
  else if (!tls.insecureSkipVerify) trustSystem();
  const cert =
    tls.cert ?? (tls.certFile && (await read('client cert', () => readFile(tls.certFile as string, 'utf8'))));
  if (cert) options.cert = cert;
  const { key, serverName, minVersion, maxVersion } = tls;
  if (key) options.key = await read('client key', () => readSecret(key));
  checkMaterial(options);
  if (serverName) {
    // TLS has no SNI for an address, but the certificate can still be checked against it.
    if (isIP(serverName) === 0) options.servername = serverName;
    options.checkServerIdentity = (_host, certificate) => checkServerIdentity(serverName, certificate);
  }
  if (minVersion) options.minVersion = minVersion;
  if (maxVersion) options.maxVersion = maxVersion;
  // OpenSSL 3 refuses TLS 1.0 and 1.1 at its default security level even where they are asked for.
  const level = tls.securityLevel ?? (minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? 0 : undefined);
  if (level !== undefined) options.ciphers = `DEFAULT@SECLEVEL=${level}`;
  return options;
}

/** Text that is no certificate, or a key of another one, is found here and not in the middle of a session. */
function checkMaterial({ ca, cert, key }: TlsOptions): void {
  if (ca === undefined && cert === undefined && key === undefined) return;
  // OpenSSL passes over a CA text without certificates, and would then trust nobody.
  if (ca !== undefined && !ca.includes('-----BEGIN ')) {
    throw new HttpClientError('tls', 'parse TLS configuration: unable to use specified CA cert: no certificate in it');
  }
  try {
    createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  } catch (error) {
    // OpenSSL's words name no file and show no content.
    const words = (error as Error).message.replace(/^error:[^:]*:/, '');
    throw new HttpClientError('tls', `parse TLS configuration: ca, cert or key cannot be used: ${words}`);
  }
}

let systemTrusted = false;

/**
 * Trusts the machine's own root certificates besides Node's, as Go programs do. At first use, since it takes a tenth
 * of a second.
 */
function trustSystem(): void {
  if (systemTrusted) return;
  systemTrusted = true;
  setDefaultCACertificates([...getCACertificates('bundled'), ...getCACertificates('system')]);
}

async function read(what: string, get: () => Promise<string>): Promise<string> {
  try {
    return await get();
  } catch (error) {
    const { message } = error as Error;
    throw new HttpClientError('tls', `parse TLS configuration: unable to read ${what}: ${message}`, { cause: error });
  }
}

const CERTIFICATE_ERRORS = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A key or signature that OpenSSL's security level does not allow. */
const TOO_WEAK = /(?:key|md|digest algorithm) too (?:weak|small)/i;

/** OpenSSL's reason in `THREAD:error:CODE:library:function:REASON:file:line:`, the only part that stays the same. */
const OPENSSL = /(?:^|:)error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/;

/** Says in plain words why TLS failed and, for a certificate, what to set; undefined for any other error. */
export function tlsProblem(error: { code?: unknown; message: string }): string | undefined {
  const code = String(error.code);
  const [words] = error.message.split('; if the root CA');
  const reason = OPENSSL.exec(error.message)?.[1];
  if (TOO_WEAK.test(reason ?? words ?? '')) {
    return `the server's key or certificate is too weak (${reason ?? words}); tls_config.security_level: 1 allows it, 0 allows weaker ones`;
  }
  if (reason !== undefined) return `TLS handshake failed: ${reason}`;
  if (!CERTIFICATE_ERRORS.has(code)) return undefined;
  if (code === 'CERT_HAS_EXPIRED') return "the server's certificate has expired";
  if (code === 'CERT_NOT_YET_VALID')
    return "the server's certificate is not valid yet (is this machine's clock right?)";
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the server's certificate is for another name (tls_config.server_name says which to expect): ${words}`;
  }
  return `the server's certificate is not trusted (tls_config.ca_file names the CA to trust): ${words}`;
}
