import { readFile } from 'node:fs/promises';
import { readSecret } from '../config/secret.ts';
import type { HttpConfig, HttpHeaderConfig } from '../config/types.ts';
import { HttpClientError } from './http-client-error.ts';

/**
 * The Authorization header of basic_auth or authorization, files read now; undefined where neither is configured.
 * @throws HttpClientError naming a file that cannot be read
 */
export async function authorization({ basicAuth, authorization: auth }: HttpConfig): Promise<string | undefined> {
  if (basicAuth) {
    const { username, password } = basicAuth;
    const name = typeof username === 'string' ? username : await readText(username.file);
    return basic(name, password ? await reading(() => readSecret(password)) : '');
  }
  if (auth?.credentials) {
    const { credentials } = auth;
    return `${auth.type} ${await reading(() => readSecret(credentials))}`;
  }
  return undefined;
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** All values of http_headers: those that anyone may see, and the secret ones. */
export async function extraHeaders(headers: ReadonlyMap<string, HttpHeaderConfig>) {
  const open: Record<string, string[]> = {};
  const secret: Record<string, string[]> = {};
  for (const [name, { values, secrets, files }] of headers) {
    if (values.length > 0) open[name] = [...values];
    const hidden = [
      ...(await Promise.all(secrets.map((source) => reading(() => readSecret(source))))),
      ...(await Promise.all(files.map(readText))),
    ];
    if (hidden.length > 0) secret[name] = hidden;
  }
  return { open, secret };
}

async function readText(file: string): Promise<string> {
  return (await reading(() => readFile(file, 'utf8'))).trim();
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new HttpClientError('credentials', `read credentials: ${(error as Error).message}`, { cause: error });
  }
}
