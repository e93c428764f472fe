import type { Socket } from 'node:net';

/**
 * A connection to a mail server through an HTTP proxy (CONNECT) or a SOCKS one, by nodemailer.
 * @param proxyUrl http, https, socks5, socks4a or socks4; with a login where the proxy wants one
 * @throws Error without the login
 */
export async function connectThroughProxy(proxyUrl: string, host: string, port: number): Promise<Socket> {
  // Loaded where they are used: few need them.
  const [{ createTransport }, socks] = await Promise.all([import('nodemailer'), import('socks')]);
  const mailer = createTransport({ proxy: proxyUrl });
  mailer.set('proxy_socks_module', socks);
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  if (!mailer.getSocket) throw new Error('no such proxy');
  mailer.getSocket({ host, port }, (error, options) => {
    const socket = options ? options.connection : undefined;
    if (socket) resolve(socket);
    else reject(error ?? new Error('the proxy gave no connection'));
  });
  return promise;
}
