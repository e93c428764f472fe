import { connect, type Socket } from 'node:net';
import { SmtpError } from './errors.ts';
import { connectThroughProxy } from './proxy.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';

const STEP = 'establish connection to server';

/**
 * Opens the TCP connection. Names are looked up as every program of the system does (hosts file, search domains), which
 * nodemailer's own resolver does not; a proxy looks them up itself.
 * @throws SmtpError
 */
export function dial({ host, port, proxyUrl }: SmtpEndpoint, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  if (Number.isNaN(port)) {
    reject(new SmtpError(STEP, `${STEP}: the smarthost's port is no number from 0 to 65535`, { permanent: true }));
    return promise;
  }
  const fail = (error: Error): void =>
    reject(new SmtpError(STEP, `${STEP}: ${wordsOf(error)}`, { timedOut: error.name === 'TimeoutError' }));
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    fail(reason instanceof Error ? reason : new Error(String(reason)));
  };
  if (signal.aborted) {
    onAbort();
    return promise;
  }
  signal.addEventListener('abort', onAbort, { once: true });
  const connecting = proxyUrl ? connectThroughProxy(proxyUrl, host, port) : connectDirectly(host, port, signal);
  connecting.then(
    (socket) => {
      if (signal.aborted) socket.destroy();
      resolve(socket);
    },
    proxyUrl ? (error: Error) => fail(new Error(`proxy: ${error.message}`)) : fail,
  );
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

function connectDirectly(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port });
  const onAbort = (): unknown => socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('error', reject).once('connect', () => resolve(socket));
  return promise.finally(() => {
    signal.removeEventListener('abort', onAbort);
    socket.off('error', reject);
  });
}

/** If all addresses of a name fail, the AggregateError itself has no message. */
function wordsOf(error: Error): string {
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  return [...new Set(errors.map(({ message }) => message))].join('; ');
}
