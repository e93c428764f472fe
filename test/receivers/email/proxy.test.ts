import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { RetryableError } from '../../../src/receivers/receiver.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

/** Joins two sockets until either ends. */
function join(a: Socket, b: Socket): void {
  a.pipe(b).pipe(a);
  a.on('close', () => b.destroy());
  b.on('close', () => a.destroy());
  b.on('error', () => {});
}

/** An HTTP proxy that wants `me:s3cret`. @param seen the hosts that were asked for */
function httpProxy(seen: string[]): Promise<number> {
  const server = createHttpServer();
  server.on('connect', (request, socket: Socket) => {
    if (request.headers['proxy-authorization'] !== `Basic ${btoa('me:s3cret')}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    seen.push(String(request.url));
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(socket, onward);
    });
  });
  return listen(server);
}

/** A SOCKS 5 proxy (RFC 1928, 1929) that wants `me:s3cret`. */
function socksProxy(seen: string[]): Promise<number> {
  return listen(
    createServer((socket) => {
      const steps: ((data: Buffer) => void)[] = [
        () => socket.write(Buffer.from([5, 2])),
        (data) => socket.write(Buffer.from([1, data.includes('s3cret') ? 0 : 1])),
        (data) => {
          const length = data[4] as number;
          const host = data[3] === 3 ? data.toString('latin1', 5, 5 + length) : [...data.subarray(4, 8)].join('.');
          const port = data.readUInt16BE(data.length - 2);
          seen.push(`${host}:${port}`);
          const onward = connect(port, host, () => {
            socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
            join(socket, onward);
          });
        },
      ];
      socket.on('data', function next(data: Buffer) {
        steps.shift()?.(data);
        if (steps.length === 0) socket.off('data', next);
      });
    }),
  );
}

describe.each([
  ['http', httpProxy, 'Invalid response from proxy: 407'],
  ['socks5', socksProxy, 'Socks5 Authentication failed'],
] as const)('an email through a proxy (%s)', (scheme, start, refusal) => {
  it('arrives, over TLS and on one connection', async () => {
    const seen: string[] = [];
    const port = await start(seen);
    const server = await TestSmtpServer.start({ tls: 'starttls' });
    const proxyUrl = `${scheme}://me:s3cret@127.0.0.1:${port}`;
    const receiver = createEmailReceiver(emailConfig(server, { requireTls: true, proxyUrl }), await testContext());
    open.push(server, receiver);
    await receiver.send(notificationOf(), never);
    await receiver.send(notificationOf(), never);
    expect(server.mails.map(({ secure }) => secure)).toEqual([true, true]);
    expect(seen).toEqual([server.smarthost]);
  });

  it('is tried again later where the proxy refuses, and the error does not show the login', async () => {
    const port = await start([]);
    const server = await TestSmtpServer.start();
    const proxyUrl = `${scheme}://me:wr0ng@127.0.0.1:${port}`;
    const receiver = createEmailReceiver(emailConfig(server, { proxyUrl }), await testContext());
    open.push(server, receiver);
    const error = await failure(receiver.send(notificationOf(), never));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe(`establish connection to server: proxy: ${refusal}`);
    expectNoSecrets(error, ['wr0ng']);
    expect(server.connections).toBe(0);
  });
});
