import { statSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../log/logger.ts';
import type { Clock } from '../../time/clock.ts';
import { basicCredentials } from '../auth.ts';
import { sendTextError } from '../errors.ts';
import { RefusalLog } from '../refusal-log.ts';
import { clientAuth, secureContext } from './tls.ts';
import { BasicUsers } from './users.ts';
import { loadWebConfig, type WebConfig } from './web-config.ts';

/** Seconds after which a login that could not be checked may be tried again. */
const RETRY_AFTER = '1';

/**
 * `--web.config.file` in force: headers, rate limit and users for every request on every path. The file and the
 * certificates are read again when they change, as Alertmanager reads them for every request and handshake.
 */
export class WebGuard {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #refusals: RefusalLog;
  readonly #users = new BasicUsers();
  #config: WebConfig;
  #stamp: string;
  #trouble: string | undefined;
  #context: SecureContextOptions | undefined;
  #contextStamp = '';
  #tokens: number;
  #refilledAt: number;

  /** @throws ConfigError, or Error for a file that cannot be read or certificates that cannot be used */
  constructor(path: string, clock: Clock, logger: Logger) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger.child({ component: 'web' });
    this.#refusals = new RefusalLog(clock, this.#logger);
    this.#config = loadWebConfig(path);
    this.#stamp = stampOf([path]);
    this.#tokens = this.#config.rateLimit?.burst ?? 0;
    this.#refilledAt = clock.now();
    this.changedContext();
  }

  get config(): WebConfig {
    return this.#config;
  }

  /** Whether it takes a password or a client's certificate to get in. */
  get asksForLogin(): boolean {
    const { users, tls } = this.#config;
    return users.size > 0 || (tls !== undefined && clientAuth(tls).need);
  }

  /** What TLS uses. @throws Error before the first context was made */
  get context(): SecureContextOptions {
    return this.#context ?? {};
  }

  /** Reads changed certificates. @returns the new context, or undefined when nothing has changed. */
  changedContext(): SecureContextOptions | undefined {
    this.#refresh();
    const { tls } = this.#config;
    if (!tls) return undefined;
    const stamp = stampOf([this.#path, tls.cert_file, tls.key_file, tls.client_ca_file]);
    if (stamp === this.#contextStamp) return undefined;
    this.#contextStamp = stamp;
    this.#context = secureContext(tls);
    return this.#context;
  }

  /** Answers what is not let in. @param hasOwnLogin whether a request is let in by another login than the users' */
  middleware(hasOwnLogin: (request: Request) => boolean): RequestHandler {
    return async (request, response, next) => {
      if (await this.#admits(request, response, hasOwnLogin)) next();
    };
  }

  async close(): Promise<void> {
    await this.#users.close();
  }

  async #admits(request: Request, response: Response, hasOwnLogin: (request: Request) => boolean): Promise<boolean> {
    this.#refresh();
    if (this.#trouble !== undefined) {
      sendTextError(response, 500, 'Internal Server Error\n');
      return false;
    }
    const { headers, users } = this.#config;
    for (const [name, value] of headers) response.setHeader(name, value);
    if (users.size > 0 && !hasOwnLogin(request) && !(await this.#isUser(request, response))) return false;
    // After the login: whoever has none must not use up what those have who do.
    if (this.#takeToken()) return true;
    sendTextError(response, 429, 'Too Many Requests\n');
    return false;
  }

  /** Answers who is no user, or cannot be checked now. */
  async #isUser(request: Request, response: Response): Promise<boolean> {
    const credentials = basicCredentials(request.headers.authorization ?? '');
    const address = request.socket.remoteAddress ?? '';
    const verdict =
      credentials === undefined ? 'wrong' : await this.#users.check(this.#config.users, credentials, address);
    if (verdict === 'right') return true;
    if (verdict === 'busy') {
      response.setHeader('Retry-After', RETRY_AFTER);
      sendTextError(response, 503, 'Too many logins are being checked, try again later\n');
      return false;
    }
    if (credentials !== undefined) {
      this.#refusals.warn('Login refused', request, { err: 'unknown user or wrong password' });
    }
    response.setHeader('WWW-Authenticate', 'Basic');
    sendTextError(response, 401, 'Unauthorized\n');
    return false;
  }

  /** Reads the file again if it has changed. While it is broken the last good one stays, and every request is refused. */
  #refresh(): void {
    const stamp = stampOf([this.#path]);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      const config = loadWebConfig(this.#path);
      checkStillGuarded(this.#path, this.#config, config);
      this.#config = config;
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = (error as Error).message;
      this.#logger.error('The web configuration file is invalid; all requests are refused', { err: error });
    }
  }

  #takeToken(): boolean {
    const { rateLimit } = this.#config;
    if (!rateLimit) return true;
    const now = this.#clock.now();
    this.#tokens = Math.min(rateLimit.burst, this.#tokens + (now - this.#refilledAt) / rateLimit.interval);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/**
 * A file that loses its users or its TLS while it is in use was truncated or is being written: it must not open
 * everything to everybody. @throws Error that says what to do
 */
function checkStillGuarded(path: string, before: WebConfig, after: WebConfig): void {
  const lost = [
    ...(before.users.size > 0 && after.users.size === 0 ? ['basic_auth_users'] : []),
    ...(before.tls && !after.tls ? ['tls_server_config'] : []),
  ];
  if (lost.length === 0) return;
  throw new Error(`${path} no longer has ${lost.join(' and ')}: complete it, or restart Tocsin to go on without`);
}

/** Changes when one of the files does. */
function stampOf(paths: readonly (string | undefined)[]): string {
  return paths.map((path) => (path ? fileStamp(path) : '')).join(' ');
}

function fileStamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : 'absent';
}
