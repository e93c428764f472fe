import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readSecret } from '../config/secret.ts';
import type { SourceAuth } from '../config/types.ts';

/**
 * Checks a request's credentials in constant time. Where they are wrong, the answer's WWW-Authenticate is set.
 * @throws Error when the secret's file cannot be read.
 */
export async function isAuthorized(
  auth: SourceAuth | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!auth) return true;
  const given = request.headers.authorization ?? '';
  if (auth.kind === 'bearer') {
    const token = /^Bearer (.*)$/i.exec(given)?.[1];
    if (token !== undefined && sameText(token.trim(), await readSecret(auth.token))) return true;
    response.setHeader('WWW-Authenticate', 'Bearer');
    return false;
  }
  const credentials = basicCredentials(given);
  const expected = `${auth.username}:${await readSecret(auth.password)}`;
  if (credentials !== undefined && sameText(credentials, expected)) return true;
  response.setHeader('WWW-Authenticate', 'Basic');
  return false;
}

/** `user:password` of a Basic Authorization header. */
export function basicCredentials(header: string): string | undefined {
  const match = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header);
  const text = match && Buffer.from(match[1] as string, 'base64').toString('utf8');
  return text?.includes(':') ? text : undefined;
}

/** Compares in a time that says nothing about where, or in which length, two texts differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
