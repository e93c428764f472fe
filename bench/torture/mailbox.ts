import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { DeliveredMail } from './verdict.ts';

/** Lines of a mail's text part, as MAIL_TEXT makes them. */
const TOLD = /^(?:firing|resolved) \S+$/gm;
const MESSAGE_ID = /^Message-ID:\s*(<[^>]+>)/im;

/** The `text` of email_configs that a Mailbox reads: one line per alert. */
export const MAIL_TEXT = '{{#each alerts}}{{status}} {{labels.deployment}}\n{{/each}}';

/**
 * A mail server that keeps what matters of each mail. A message counts from its last line on, whether or not its sender
 * lives to hear the 250: from then on it is the server's.
 */
export class Mailbox {
  readonly mails: DeliveredMail[] = [];
  /** Every line of every mail. */
  readonly told = new Set<string>();
  readonly #replyDelay: () => number;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#talk(socket));

  private constructor(replyDelay: () => number) {
    this.#replyDelay = replyDelay;
  }

  /** @param replyDelay ms until the 250 of a message, asked for each. */
  static async start(replyDelay: () => number): Promise<Mailbox> {
    const mailbox = new Mailbox(replyDelay);
    await new Promise<void>((resolve) => mailbox.#server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #talk(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    let buffer = '';
    let inData = false;
    const reply = (text: string): void => {
      if (socket.writable) socket.write(`${text}\r\n`);
    };
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      buffer += chunk;
      for (;;) {
        const mark = inData ? '\r\n.\r\n' : '\r\n';
        const end = buffer.indexOf(mark);
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + mark.length);
        if (inData) {
          this.#take(text);
          setTimeout(() => reply('250 2.0.0 taken'), this.#replyDelay());
        } else this.#answer(text.slice(0, 4).toUpperCase(), reply, socket);
        inData = !inData && /^DATA/i.test(text);
      }
    });
    reply('220 mailbox ESMTP');
  }

  #answer(verb: string, reply: (text: string) => void, socket: Socket): void {
    if (verb === 'DATA') reply('354 go on');
    else if (verb === 'QUIT') socket.end('221 2.0.0 bye\r\n');
    else reply(verb === 'EHLO' ? '250-mailbox\r\n250 8BITMIME' : '250 2.0.0 ok');
  }

  #take(raw: string): void {
    const text = raw.replaceAll('\r\n', '\n').replaceAll('=\n', '');
    const told = text.match(TOLD) ?? [];
    this.mails.push({ messageId: MESSAGE_ID.exec(text)?.[1] ?? '', told, at: performance.now() });
    for (const line of told) this.told.add(line);
  }
}
