import type { DetailedPeerCertificate, SecureContextOptions, SecureVersion, TLSSocket } from 'node:tls';
import { readText } from './read-text.ts';
import type { TlsServerValues } from './web-config.ts';

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
  X25519MLKEM768: 'X25519MLKEM768',
};

/** Go's names of what a client must show: asked for, needed, and judged by the client CA? */
const CLIENT_AUTH: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: { ask: false, need: false, verify: false },
  RequestClientCert: { ask: true, need: false, verify: false },
  RequireAnyClientCert: { ask: true, need: true, verify: false },
  RequireClientCert: { ask: true, need: true, verify: false },
  VerifyClientCertIfGiven: { ask: true, need: false, verify: true },
  RequireAndVerifyClientCert: { ask: true, need: true, verify: true },
};

interface ClientAuth {
  readonly ask: boolean;
  readonly need: boolean;
  readonly verify: boolean;
}

/** Certificates and what is negotiated, read from the files now. @throws Error that names the setting or file */
export function secureContext(tls: TlsServerValues): SecureContextOptions {
  const ca = tls.client_ca || (tls.client_ca_file && readText(tls.client_ca_file, 'tls_server_config.client_ca_file'));
  const ciphers = (tls.cipher_suites ?? []).map(openSslName);
  const curves = (tls.curve_preferences ?? []).map((name) => known(CURVES, name, 'curve'));
  return {
    cert: tls.cert || readText(tls.cert_file as string, 'tls_server_config.cert_file'),
    key: tls.key || readText(tls.key_file as string, 'tls_server_config.key_file'),
    ...(ca && { ca }),
    ...(ciphers.length > 0 && { ciphers: ciphers.join(':') }),
    ...(curves.length > 0 && { ecdhCurve: curves.join(':') }),
    minVersion: known(VERSIONS, tls.min_version || 'TLS12', 'TLS version'),
    maxVersion: known(VERSIONS, tls.max_version || 'TLS13', 'TLS version'),
    honorCipherOrder: tls.prefer_server_cipher_suites ?? true,
  };
}

export function clientAuth(tls: TlsServerValues): ClientAuth {
  return known(CLIENT_AUTH, tls.client_auth_type || 'NoClientCert', 'client_auth_type');
}

/** Judges a client's certificate after the handshake. @returns why it may not go on; undefined when it may */
export function refuseClient(tls: TlsServerValues, socket: TLSSocket): string | undefined {
  const { ask, need, verify } = clientAuth(tls);
  if (!ask) return undefined;
  const certificate = socket.getPeerCertificate();
  const given = Object.keys(certificate).length > 0;
  if (!given) return need ? 'the client has no certificate' : undefined;
  if (verify && !socket.authorized) return `the client's certificate is refused: ${socket.authorizationError}`;
  const allowed = tls.client_allowed_sans ?? [];
  if (allowed.length > 0 && !allowed.some((name) => namesOf(certificate as DetailedPeerCertificate).has(name))) {
    return "none of the names in the client's certificate is in client_allowed_sans";
  }
  return undefined;
}

/** `DNS:a, IP Address:1.2.3.4, URI:spiffe://x, email:y` without the kinds. */
function namesOf({ subjectaltname = '' }: DetailedPeerCertificate): ReadonlySet<string> {
  return new Set(subjectaltname.split(', ').map((name) => name.slice(name.indexOf(':') + 1)));
}

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 is ECDHE-RSA-AES128-GCM-SHA256 to OpenSSL; those of TLS 1.3 keep their names. */
function openSslName(name: string): string {
  if (!/^TLS_[A-Z0-9_]+$/.test(name)) throw new Error(`unknown cipher: ${name}`);
  if (!name.includes('_WITH_')) return name;
  return name
    .slice('TLS_'.length)
    .replace(/^RSA_WITH_/, '')
    .replace('_WITH_', '_')
    .replace(/_CBC_/, '_')
    .replace(/AES_(128|256)/, 'AES$1')
    .replace(/3DES_EDE/, 'DES_CBC3')
    .replace(/POLY1305_SHA256$/, 'POLY1305')
    .replaceAll('_', '-');
}

function known<T>(names: Readonly<Record<string, T>>, name: string, kind: string): T {
  if (!Object.hasOwn(names, name)) {
    throw new Error(`unknown ${kind}: ${name} (expected one of ${Object.keys(names).join(', ')})`);
  }
  return names[name] as T;
}
