import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsConfig } from '../../config/types.ts';
import { tlsOptions, tlsProblem } from '../../http-client/tls-options.ts';
import type { Clock } from '../../time/clock.ts';
import { PermanentError, RetryableError } from '../receiver.ts';
import type { SyslogAddress } from './config.ts';

export interface SyslogTransport {
  readonly address: SyslogAddress;
  readonly framing: 'octet_counting' | 'newline';
  readonly tls: TlsConfig;
  readonly clock: Clock;
}

/** ms for a connection, and for the peer to close it once everything is written. */
const CONNECT_TIMEOUT = 10_000;
const CLOSE_TIMEOUT = 5_000;

/**
 * Sends messages on a connection of its own. Syslog has no acknowledgement; but a peer that closes the connection after
 * ours, and not by a reset, has read it to its end. Over UDP nothing is known.
 * @throws RetryableError, PermanentError
 */
export async function sendMessages(
  transport: SyslogTransport,
  messages: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (transport.address.protocol === 'udp') return await sendDatagrams(transport.address, messages);
  const bytes = Buffer.concat(messages.map((message) => frame(message, transport.framing)));
  await exchange(await open(transport, signal), bytes, transport.clock, signal);
}

/** RFC 6587: a message's length before it, or a line feed behind it. */
function frame(message: string, framing: SyslogTransport['framing']): Buffer {
  if (framing === 'newline') return Buffer.from(`${message.replaceAll('\n', ' ')}\n`);
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}

async function open({ address, tls, clock }: SyslogTransport, signal: AbortSignal): Promise<Socket> {
  const { protocol, host, port } = address;
  let socket: Socket;
  if (protocol === 'tls') {
    const options = await tlsOptions(tls).catch((error: unknown) => {
      throw new PermanentError(`tls_config: ${(error as Error).message}`, 'configError', { cause: error });
    });
    const servername = tls.serverName || (isIP(host) ? '' : host);
    socket = connectTls({ host, port, ...options, ...(servername && { servername }) });
  } else {
    socket = connectTcp({ host, port });
  }
  await settled(socket, protocol === 'tls' ? 'secureConnect' : 'connect', { clock, signal, limit: CONNECT_TIMEOUT });
  return socket;
}

async function exchange(socket: Socket, bytes: Buffer, clock: Clock, signal: AbortSignal): Promise<void> {
  let closed = false;
  socket.once('end', () => {
    closed = true;
  });
  // What the peer says is of no interest, but its end is only seen when it is read.
  socket.resume();
  const finished = settled(socket, 'finish', { clock, signal, limit: 0 });
  socket.end(bytes);
  await finished;
  if (!closed) await settled(socket, 'end', { clock, signal, limit: CLOSE_TIMEOUT, isLate: 'success' });
  socket.destroy();
}

interface SettleOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** ms; 0: none. */
  readonly limit: number;
  /** What it means when nothing has happened by then. */
  readonly isLate?: 'success';
}

/** Resolves at an event of the socket; rejects, the socket destroyed, at an error, a close, a time-out or an abort. */
function settled(socket: Socket, event: string, { clock, signal, limit, isLate }: SettleOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error): void => {
      cancel();
      signal.removeEventListener('abort', onAbort);
      for (const [name, listener] of listeners) socket.off(name, listener);
      if (error) {
        socket.on('error', () => {});
        socket.destroy();
        reject(error);
      } else {
        resolve();
      }
    };
    const onAbort = (): void => {
      const isTimeout = (signal.reason as Error | undefined)?.name === 'TimeoutError';
      done(new RetryableError('syslog: interrupted', isTimeout ? 'contextDeadlineExceeded' : 'contextCanceled'));
    };
    const onError = (error: Error): void => {
      done(new RetryableError(`syslog: ${tlsProblem(error) ?? error.message}`, 'other', { cause: error }));
    };
    const listeners: readonly (readonly [string, (error: Error) => void])[] = [
      [event, () => done()],
      ['error', onError],
      ['close', () => done(new RetryableError('syslog: the peer closed the connection', 'other'))],
    ];
    for (const [name, listener] of listeners) socket.on(name, listener);
    signal.addEventListener('abort', onAbort, { once: true });
    const late = new RetryableError(`syslog: timed out after ${limit / 1_000} s`, 'other');
    const cancel = limit === 0 ? () => {} : clock.after(limit, () => done(isLate ? undefined : late));
    if (signal.aborted) onAbort();
  });
}

async function sendDatagrams({ host, port }: SyslogAddress, messages: readonly string[]): Promise<void> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    for (const message of messages) {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, host, (error) => {
          if (error) reject(new RetryableError(`syslog: ${error.message}`, 'other', { cause: error }));
          else resolve();
        });
      });
    }
  } finally {
    socket.close();
  }
}
