import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from '../test/support/certificates.ts';

export interface SmtpSinkOptions {
  /** With it the sink offers STARTTLS, and AUTH PLAIN after it. */
  readonly certificate?: Certificate;
  /** ms that each reply before MAIL takes: a server far away. */
  readonly setUpDelay?: number;
  /** Connections beyond are refused with 421. */
  readonly connections?: number;
}

/** A mail server that accepts everything and keeps nothing, as cheap as it can be. */
export class SmtpSink {
  /** Mails taken. */
  mails = 0;
  /** Connections refused. */
  refused = 0;
  /** The most connections that were open at once. */
  mostConnections = 0;
  #open = 0;
  readonly #options: SmtpSinkOptions;
  readonly #sockets = new Set<Socket>();
  /** What carries a TLS connection. */
  readonly #plain = new WeakMap<Socket, Socket>();
  readonly #server = createServer((socket) => this.#connected(socket));

  private constructor(options: SmtpSinkOptions) {
    this.#options = options;
  }

  static async start(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    await new Promise<void>((resolve) => sink.#server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    this.#open++;
    this.mostConnections = Math.max(this.mostConnections, this.#open);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#leave(socket);
    });
    if (this.#open > (this.#options.connections ?? Infinity)) {
      this.refused++;
      socket.end('421 4.7.0 too many connections\r\n');
      return;
    }
    this.#later(() => socket.write('220 sink ESMTP\r\n'));
    this.#talk(socket, false);
  }

  #talk(socket: Socket, secure: boolean): void {
    let buffer = '';
    let inData = false;
    const reply = (text: string): void => {
      socket.write(`${text}\r\n`);
    };
    const onData = (chunk: string): void => {
      buffer += chunk;
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          this.mails++;
          reply('250 2.0.0 taken');
          continue;
        }
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'STAR') {
          socket.off('data', onData);
          this.#later(() => this.#upgrade(socket));
          return;
        }
        inData = verb === 'DATA';
        this.#answer(verb, secure, reply, socket);
      }
    };
    socket.setEncoding('latin1').on('data', onData);
  }

  #answer(verb: string, secure: boolean, reply: (text: string) => void, socket: Socket): void {
    switch (verb) {
      case 'EHLO': {
        const offers = this.#options.certificate ? (secure ? '250-AUTH PLAIN\r\n' : '250-STARTTLS\r\n') : '';
        this.#later(() => reply(`250-sink\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n${offers}250 8BITMIME`));
        return;
      }
      case 'AUTH':
        this.#later(() => reply('235 2.7.0 welcome'));
        return;
      case 'DATA':
        reply('354 go on');
        return;
      case 'QUIT':
        // From here on the client may open another one.
        this.#leave(this.#plain.get(socket) ?? socket);
        socket.end('221 2.0.0 bye\r\n');
        return;
      default:
        reply('250 2.0.0 ok');
    }
  }

  #upgrade(socket: Socket): void {
    const { cert, key } = this.#options.certificate as Certificate;
    socket.write('220 2.0.0 go on\r\n');
    // The plain socket must hand over bytes again, not text.
    socket.setEncoding('binary');
    const tls = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) });
    this.#plain.set(tls, socket);
    tls.on('error', () => {});
    this.#talk(tls, true);
  }

  #leave(socket: Socket): void {
    if (this.#sockets.delete(socket)) this.#open--;
  }

  #later(act: () => void): void {
    const { setUpDelay = 0 } = this.#options;
    if (setUpDelay === 0) act();
    else setTimeout(act, setUpDelay);
  }
}
