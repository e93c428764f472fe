import type { ReceiverContext } from '../../context.ts';
import { PermanentError, RetryableError } from '../../receiver.ts';
import type { EmailConfig, Smarthost } from '../config.ts';
import type { Delivered, Outgoing } from './delivery.ts';
import { SmtpError, toDeliveryError } from './errors.ts';
import type { Rendered, Unrendered } from './render-queue.ts';
import { sharedPools } from './shared-pools.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';
import type { Urgency } from './urgency-queue.ts';

/** The mail servers of one `email_configs` entry, on connections shared with the others. */
export class Smarthosts {
  readonly #routes: readonly ReturnType<typeof sharedPools.acquire>[];
  readonly #metrics: ReceiverContext['metrics'];

  constructor(config: EmailConfig, context: ReceiverContext) {
    this.#metrics = context.metrics;
    this.#routes = config.smarthosts.map((smarthost) => sharedPools.acquire(serverOf(config, smarthost), context));
  }

  /** Why none of the servers can be used now. */
  get downReason(): string | undefined {
    const reasons = this.#routes.map(({ pool }) => pool.downReason);
    return reasons.includes(undefined) ? undefined : reasons.at(-1);
  }

  /** Calls back once, when one of them can be used and it is this email's turn. Returns what takes the callback back. */
  onUp(urgency: Urgency, callback: () => void): () => void {
    const cancels: (() => void)[] = [];
    const cancel = (): void => {
      for (const one of cancels.splice(0)) one();
    };
    const once = (): void => {
      if (cancels.length === 0) return;
      cancel();
      callback();
    };
    for (const { pool } of this.#routes) cancels.push(pool.onUp(urgency, once));
    return cancel;
  }

  /** Renders an email when it is its turn at the first server, and sends it. @throws DeliveryError */
  async inTurn<R extends Rendered, T>(
    email: Unrendered,
    signal: AbortSignal,
    render: () => Promise<R>,
    send: (rendered: R) => Promise<T>,
  ): Promise<T> {
    const [first] = this.#routes;
    if (!first) return send(await render());
    return first.pool.renderQueue.inTurn(email, signal, render, send).catch((error: unknown) => {
      throw toDeliveryError(error, signal);
    });
  }

  /**
   * Tries the servers in order, the next one only where it cannot make a second copy.
   * @throws DeliveryError of the last one tried
   */
  async deliver(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    let last: Error | undefined;
    for (const { pool } of this.#routes) {
      try {
        const delivered = await pool.send(mail, signal);
        this.#count(delivered);
        return delivered;
      } catch (error) {
        last = toDeliveryError(error, signal);
        const unanswered = error instanceof SmtpError && error.details.unanswered;
        if (last instanceof PermanentError) this.#metrics.tocsinMailsRefusedTotal.inc();
        if (unanswered || last instanceof PermanentError || signal.aborted) throw last;
      }
    }
    throw last ?? new RetryableError('no smarthost');
  }

  async close(): Promise<void> {
    await Promise.all(this.#routes.map(({ release }) => release()));
  }

  #count({ accepted, refused }: Delivered): void {
    const metrics = this.#metrics;
    const rejected = refused.filter(({ permanent }) => permanent);
    if (accepted.length > 0) {
      metrics.tocsinMailsSentTotal.inc();
      metrics.tocsinMailRecipientsRejectedTotal.inc(rejected.length);
    } else if (rejected.length === refused.length) metrics.tocsinMailsRefusedTotal.inc();
  }
}

function serverOf(config: EmailConfig, { host, port }: Smarthost): SmtpEndpoint {
  const { oauth2 } = config;
  return {
    host,
    port,
    proxyUrl: config.proxyUrl,
    lmtp: config.lmtp,
    hello: config.hello,
    implicitTls: config.forceImplicitTls ?? port === 465,
    requireTls: config.requireTls,
    tls: config.tls,
    username: oauth2 ? oauth2.user : config.authUsername,
    identity: config.authIdentity,
    password: oauth2 ? undefined : config.authPassword,
    secret: oauth2 ? undefined : config.authSecret,
    oauth2,
  };
}
