import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readSecret, type SecretSource } from '../../../config/secret.ts';
import { RetryableError } from '../../receiver.ts';

/** `dkim` of an `email_configs` entry: every email is signed. nodemailer's signer has no Ed25519 and cannot oversign. */
export interface DkimConfig {
  readonly domain: string;
  readonly selector: string;
  /** PEM; RSA or Ed25519. */
  readonly privateKey: SecretSource;
}

/** Signs a whole message (CRLF line ends): the same message with a DKIM-Signature header before its others. */
export type SignMail = (message: Buffer, date: number) => Buffer;

/** The most that a signature adds to a message, in bytes: an RSA key of 8,192 bits. */
export const SIGNATURE_SIZE = 2_500;

/**
 * What is signed where it is there (RFC 6376, 5.4). Named once more than it occurs, so that no second one can be added: a
 * second From is what a reader might show.
 */
const SIGNED = ['from', 'to', 'cc', 'reply-to', 'subject', 'date', 'message-id', 'in-reply-to', 'references'].concat([
  'auto-submitted',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

const ALGORITHMS: ReadonlyMap<string | undefined, string> = new Map([
  ['rsa', 'rsa-sha256'],
  ['ed25519', 'ed25519-sha256'],
]);

/** @throws Error in plain words, without the key. */
export function dkimKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error('not a private key in PEM form (without passphrase)');
  }
  const type = key.asymmetricKeyType;
  if (!ALGORITHMS.has(type)) throw new Error(`DKIM knows keys of RSA and Ed25519, not of ${type}`);
  return key;
}

/** Reads the key's file at each call, and parses it again only where it has changed. */
export class DkimSigner {
  readonly #config: DkimConfig;
  #parsed: { readonly pem: string; readonly key: KeyObject } | undefined;

  constructor(config: DkimConfig) {
    this.#config = config;
  }

  /** @throws RetryableError where the key cannot be used: a late email is better than an unsigned one. */
  async ready(): Promise<SignMail> {
    const { domain, selector, privateKey } = this.#config;
    try {
      const pem = await readSecret(privateKey);
      if (this.#parsed?.pem !== pem) this.#parsed = { pem, key: dkimKey(pem) };
    } catch (error) {
      const file = 'file' in privateKey ? ` ${privateKey.file}` : '';
      throw new RetryableError(`dkim private key${file}: ${(error as Error).message}`);
    }
    const { key } = this.#parsed;
    return (message, date) => signMessage(message, date, { domain, selector, key });
  }
}

/** RFC 6376 with relaxed/relaxed: what relays do to white space does not break the signature. */
function signMessage(message: Buffer, date: number, by: { domain: string; selector: string; key: KeyObject }): Buffer {
  // latin1 keeps every byte as it is.
  const text = message.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const headers = canonicalHeaders(text.slice(0, end));
  const hash = createHash('sha256')
    .update(canonicalBody(text.slice(end + 4)), 'latin1')
    .digest('base64');
  const present = SIGNED.filter((name) => headers.has(name));
  const tags = [
    'v=1',
    `a=${ALGORITHMS.get(by.key.asymmetricKeyType)}`,
    'c=relaxed/relaxed',
    `d=${by.domain}`,
    `s=${by.selector}`,
    `t=${Math.floor(date / 1_000)}`,
    `h=${present.map((name) => `${name}:${name}`).join(':\r\n ')}`,
    `bh=${hash}`,
    'b=',
  ];
  const field = `DKIM-Signature: ${tags.join(';\r\n ')}`;
  const signed = [...present.map((name) => headers.get(name)), canonicalHeader(field)].join('\r\n');
  const signature = signText(signed, by.key).replace(/.{72}(?=.)/g, '$&\r\n ');
  return Buffer.concat([Buffer.from(`${field}${signature}\r\n`, 'latin1'), message]);
}

/** Ed25519 signs the hash (RFC 8463), RSA hashes by itself. */
function signText(text: string, key: KeyObject): string {
  const data = Buffer.from(text, 'latin1');
  const signature =
    key.asymmetricKeyType === 'ed25519'
      ? sign(null, createHash('sha256').update(data).digest(), key)
      : sign('sha256', data, key);
  return signature.toString('base64');
}

/** Lower-case name to its canonical line. Our emails have no header twice. */
function canonicalHeaders(block: string): Map<string, string> {
  const lines = block.split(/\r\n(?![ \t])/);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), canonicalHeader(line)]));
}

function canonicalHeader(line: string): string {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '');
  return `${line.slice(0, colon).toLowerCase()}:${value}`;
}

/** White space counts once, not at all at a line's end, and neither do empty lines at the end. */
function canonicalBody(body: string): string {
  const lines = body.replace(/[ \t]+/g, ' ').replaceAll(' \r\n', '\r\n');
  // A loop: a pattern for "empty lines, then the end" takes quadratic time where an attacker writes many before the end.
  let end = lines.endsWith(' ') ? lines.length - 1 : lines.length;
  while (end >= 2 && lines.startsWith('\r\n', end - 2)) end -= 2;
  return end === 0 ? '' : `${lines.slice(0, end)}\r\n`;
}
