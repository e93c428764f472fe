import { connect, type Socket } from 'node:net';
import { SmtpError } from './errors.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';

const STEP = 'establish connection to server';

/**
 * Opens the TCP connection. Names are looked up as every program of the system does (hosts file, search domains), which
 * nodemailer's own resolver does not.
 * @throws SmtpError
 */
export function dial({ host, port }: SmtpEndpoint, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port });
  const fail = (error: Error): void => {
    socket.destroy();
    reject(new SmtpError(STEP, `${STEP}: ${wordsOf(error)}`, { timedOut: error.name === 'TimeoutError' }));
  };
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    fail(reason instanceof Error ? reason : new Error(String(reason)));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  socket.once('error', fail).once('connect', () => resolve(socket));
  return promise.finally(() => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', fail);
  });
}

/** Where all addresses of a name fail, the error has no words of its own. */
function wordsOf(error: Error): string {
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  return [...new Set(errors.map(({ message }) => message))].join('; ');
}
