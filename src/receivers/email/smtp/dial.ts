import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type TlsOptions, tlsProblem } from '../../../http-client/tls-options.ts';
import { SmtpError } from './errors.ts';
import type { SmtpEndpoint } from './smtp-endpoint.ts';

/**
 * Opens the connection, with TLS where that comes first. Names are looked up as every program of the system does: hosts
 * file, search domains.
 * @throws SmtpError
 */
export function dial(server: SmtpEndpoint, tls: Partial<TlsOptions>, signal: AbortSignal): Promise<Socket> {
  const { host, port, implicitTls } = server;
  const step = implicitTls ? 'establish TLS connection to server' : 'establish connection to server';
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', onAbort);
      reject(new SmtpError(step, `${step}: ${wordsOf(error)}`, { timedOut: error.name === 'TimeoutError' }));
    };
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      fail(reason instanceof Error ? reason : new Error(String(reason)));
      socket?.destroy();
    };
    let socket: Socket | undefined;
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket as Socket);
    };
    const name = isIP(host) === 0 ? { servername: host } : {};
    socket = implicitTls ? connectTls({ host, port, ...name, ...tls }, done) : connectPlain({ host, port }, done);
    socket.on('error', fail);
  });
}

/** Where all addresses of a name fail, the error has no words of its own. */
function wordsOf(error: Error): string {
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  const words = errors.map((one) => tlsProblem(one) ?? one.message);
  return [...new Set(words)].join('; ');
}
