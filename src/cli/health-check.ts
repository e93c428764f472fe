import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { helped, type Output } from './usage.ts';

/** What a running Tocsin answers: its status, and where it sends on to. */
interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** Port 9093, as the image exposes it. */
const DEFAULT = 'http://127.0.0.1:9093/-/healthy';
/** ms */
const TIMEOUT = 4_000;
/** 401 and 429: it lives and does not talk to everybody. */
const ALIVE = [200, 401, 429];
/** What a server says that wants to see a client's certificate. */
const WANTS_CERTIFICATE = /alert[ _](?:certificate[ _]required|handshake[ _]failure|bad[ _]certificate)/i;

const USAGE = `usage: tocsin health [URL]
  URL  where Tocsin says how it is, e.g. https://USER:PASSWORD@127.0.0.1:9443/prefix/-/healthy; without it that of
       TOCSIN_HEALTH_URL, else port 9093 of this machine, with or without TLS, below whatever prefix
Exit code 0: it is well, or alive and asks for a login. 1: it is not.
`;

/**
 * `tocsin health [URL]`: the container's health check.
 * @param args the URL where Tocsin says how it is, with credentials where it asks for them; without one that of
 *   TOCSIN_HEALTH_URL, else port 9093 of this machine, with or without TLS, below whatever prefix.
 * @returns the exit code: 0 when it is well, 1 when not.
 */
export async function health(args: readonly string[], out: Output = process, standard = DEFAULT): Promise<number> {
  if (helped(args, USAGE, out)) return 0;
  const text = args[0] ?? process.env.TOCSIN_HEALTH_URL;
  const trouble =
    text && !URL.canParse(text)
      ? 'not a URL'
      : await (text ? check(new URL(text), get) : check(new URL(standard), find));
  if (trouble === undefined) return 0;
  out.stderr.write(`tocsin: not healthy: ${trouble}; see tocsin health --help\n`);
  return 1;
}

/** @returns what is wrong; undefined: nothing. */
async function check(url: URL, ask: (url: URL) => Promise<Answer>): Promise<string | undefined> {
  try {
    const { status, text } = await ask(url);
    return ALIVE.includes(status) ? undefined : `${url.origin} says ${status} ${text.trim()}`;
  } catch (error) {
    return `${url.origin}: ${reason(error)}`;
  }
}

/** Asks where it is by default, with what the command line may have changed of it. */
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
