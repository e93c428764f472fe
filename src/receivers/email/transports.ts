import { createHash } from 'node:crypto';
import type { SecretSource } from '../../config/secret.ts';
import type { Clock } from '../../time/clock.ts';
import { SmtpPool } from './smtp-pool.ts';
import type { SmtpServer } from './smtp-server.ts';

interface Shared {
  readonly pool: SmtpPool;
  users: number;
}

/**
 * The pools of all email receivers, one for each different server, login and TLS configuration. Counted, so that a
 * reload that builds the new receivers before it closes the old ones keeps the connections where nothing changed.
 */
export class Transports {
  readonly #pools = new Map<string, Shared>();

  /** Each `acquire` needs its `release`, which closes the pool's idle connections once nobody uses it any more. */
  acquire(server: SmtpServer, clock: Clock): { readonly pool: SmtpPool; release(): Promise<void> } {
    const key = identify(server);
    const shared = this.#pools.get(key) ?? { pool: new SmtpPool(server, clock), users: 0 };
    this.#pools.set(key, shared);
    shared.users++;
    let released = false;
    return {
      pool: shared.pool,
      release: async () => {
        if (released) return;
        released = true;
        shared.users--;
        if (shared.users > 0) return;
        this.#pools.delete(key);
        await shared.pool.close();
      },
    };
  }
}

/** The process's own. */
export const transports = new Transports();

/** Equal exactly for equal servers; a hash, because secrets go into it. */
function identify(server: SmtpServer): string {
  const { tls, password, secret } = server;
  const whole = { ...server, password: plain(password), secret: plain(secret), tls: { ...tls, key: plain(tls.key) } };
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex');
}

function plain(source: SecretSource | undefined): unknown {
  return source && 'value' in source ? source.value.reveal() : source;
}
