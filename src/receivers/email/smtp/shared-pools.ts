import { createHash } from 'node:crypto';
import { Secret } from '../../../config/secret.ts';
import type { PoolContext } from './connections.ts';
import { SmtpPool } from './pool.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';

interface Shared {
  readonly pool: SmtpPool;
  users: number;
}

/**
 * The pools of all email receivers, one for each different server, login and TLS configuration. Counted, so that a
 * reload that builds the new receivers before it closes the old ones keeps the connections where nothing changed.
 */
export class SharedPools {
  readonly #pools = new Map<string, Shared>();

  /** Each `acquire` needs its `release`, which closes the pool's idle connections once it is unused. */
  acquire(server: SmtpEndpoint, context: PoolContext): { readonly pool: SmtpPool; release(): Promise<void> } {
    const key = identify(server);
    const shared = this.#pools.get(key) ?? { pool: new SmtpPool(server, context), users: 0 };
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
export const sharedPools = new SharedPools();

/** Equal exactly for equal servers; a hash, because secrets go into it. */
function identify(server: SmtpEndpoint): string {
  const whole = JSON.stringify(server, function (this: Record<string, unknown>, key, value: unknown) {
    const original = this[key];
    if (original instanceof Secret) return original.reveal();
    return original instanceof Map ? [...original] : value;
  });
  return createHash('sha256').update(whole).digest('hex');
}
