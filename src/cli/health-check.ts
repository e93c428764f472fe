import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Command } from './command.ts';

/** What a running Tocsin answers: its status, and where it redirects to. */
interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** Port 9093, as the image exposes it. */
const DEFAULT = 'http://127.0.0.1:9093/-/healthy';
/** ms */
const TIMEOUT = 4_000;
/** 401 and 429: it is alive, and wants a login or fewer requests. */
const ALIVE = [200, 401, 429];
/** The error of a server that requires a client certificate. */
const WANTS_CERTIFICATE = /alert[ _](?:certificate[ _]required|handshake[ _]failure|bad[ _]certificate)/i;

/** `tocsin health [URL]`: the container's health check. Exit code 0 when it is healthy, 1 when not. */
export const health = healthCommand(DEFAULT);

/** @param standard the URL that is asked without one, below whatever prefix, with or without TLS */
export function healthCommand(standard: string): Command<Record<never, never>> {
  return {
    name: 'health',
    usage: ['[URL]'],
    notes: `  URL  health endpoint, e.g. https://USER:PASSWORD@127.0.0.1:9443/prefix/-/healthy. The default is the
       variable TOCSIN_HEALTH_URL, else port 9093 of this machine, with or without TLS, below any prefix.

Exit code 0: healthy, or alive and asking for a login. 1: not healthy.`,
    flags: {},
    async run(_flags, words, { stderr }) {
      const text = words[0] ?? process.env.TOCSIN_HEALTH_URL;
      const trouble =
        text && !URL.canParse(text)
          ? 'not a URL'
          : await (text ? check(new URL(text), get) : check(new URL(standard), find));
      if (trouble === undefined) return 0;
      stderr.write(`tocsin: not healthy: ${trouble}; see tocsin health --help\n`);
      return 1;
    },
  };
}

/** @returns what is wrong; undefined: nothing. */
async function check(url: URL, ask: (url: URL) => Promise<Answer>): Promise<string | undefined> {
  try {
    const { status, text } = await ask(url);
    return ALIVE.includes(status) ? undefined : `${url.origin} answered ${status} ${text.trim()}`;
  } catch (error) {
    return `${url.origin}: ${reason(error)}`;
  }
}

/** Tries the default address, with what flags may have changed: TLS, a prefix. */
async function find(url: URL): Promise<Answer> {
  const answer = await get(url).catch((plain: unknown) => {
    url.protocol = 'https:';
    return get(url).catch((secure: unknown) => {
      // TLS was only a guess: alone, its URL would surprise.
      url.protocol = 'http:';
      throw new Error(
        reason(plain) === reason(secure) ? reason(plain) : `${reason(plain)}; by https: ${reason(secure)}`,
      );
    });
  });
  if (answer.status !== 404) return answer;
  // Below a prefix: the root says which.
  const { location } = await get(new URL('/', url));
  return location === '' ? answer : get(new URL(`${location}-/healthy`, url));
}

function reason(error: unknown): string {
  const { message, code = '' } = error as NodeJS.ErrnoException;
  // What OpenSSL says ends its line.
  return message.trim() || code;
}

function get(url: URL): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // The certificate names the outside's host, not this machine to itself.
    const rejectUnauthorized = !['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
    const options = { timeout: TIMEOUT, agent: false as const };
    const sent =
      url.protocol === 'https:' ? tlsRequest(url, { ...options, rejectUnauthorized }) : plainRequest(url, options);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '', text }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT / 1_000} seconds`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (WANTS_CERTIFICATE.test(`${error.code} ${error.message}`)) resolve({ status: 401, location: '', text: '' });
      else reject(error);
    });
    sent.end();
  });
}
