import { fromBytes, toBytes } from '../bytes.ts';
import { Failure } from '../errors.ts';
import { quote } from '../quote.ts';

/** Go's url.QueryUnescape. @throws Failure */
export function unescapeQuery(text: string): string {
  const bad = /%(?![\da-fA-F]{2})/.exec(text);
  if (bad) throw new Failure(`invalid URL escape ${quote(text.slice(bad.index, bad.index + 3))}`);
  if (!/[%+]/.test(text)) return text;
  const bytes: number[] = [];
  const source = toBytes(text.replaceAll('+', ' '));
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    if (byte !== 0x25) bytes.push(byte);
    else {
      bytes.push(Number.parseInt(String.fromCharCode(source[i + 1] ?? 0, source[i + 2] ?? 0), 16));
      i += 2;
    }
  }
  return fromBytes(Uint8Array.from(bytes));
}

/** With the alphabet for URLs, and padding. */
export function encodeBase64(text: string): string {
  return Buffer.from(toBytes(text)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** The reverse; line breaks are skipped. @throws Failure that names the byte, as Go does */
export function decodeBase64(text: string): string {
  const bytes = toBytes(text);
  checkBase64(bytes);
  return fromBytes(Buffer.from(Buffer.from(bytes).toString('latin1'), 'base64url'));
}

function checkBase64(bytes: Uint8Array): void {
  const fail = (at: number): never => {
    throw new Failure(`illegal base64 data at input byte ${at}`);
  };
  const skipBreaks = (from: number): number => {
    let at = from;
    while (bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
    return at;
  };
  let at = 0;
  let place = 0;
  for (; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (character === '\n' || character === '\r') continue;
    if (/[\w-]/.test(character)) place = (place + 1) % 4;
    else break;
  }
  if (at === bytes.length) {
    if (place !== 0) fail(at - place);
    return;
  }
  if (bytes[at] !== 0x3d || place < 2) fail(at);
  at++;
  if (place === 2) {
    at = skipBreaks(at);
    if (at === bytes.length) fail(at);
    if (bytes[at] !== 0x3d) fail(at - 1);
    at++;
  }
  at = skipBreaks(at);
  if (at < bytes.length) fail(at);
}
