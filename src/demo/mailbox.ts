import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as the mailbox holds it. */
export interface MailboxMail {
  readonly id: number;
  readonly receivedAt: Date;
  readonly recipients: readonly string[];
  /** The message as it came over the wire, one character a byte. */
  readonly source: string;
  readonly parsed: ParsedMail;
}

/** A mail server on loopback that takes every mail and keeps the last ones in memory. */
export class Mailbox {
  readonly mails: MailboxMail[] = [];
  readonly #server: SMTPServer;
  readonly #onMail: (mail: MailboxMail) => void;
  readonly #waiting = new Set<() => void>();
  #lastId = 0;

  static readonly #kept = 500;

  private constructor(onMail: (mail: MailboxMail) => void) {
    this.#onMail = onMail;
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      // ms that open connections may last when the server is closed.
      closeTimeout: 500,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const recipients = session.envelope.rcptTo.map(({ address }) => address);
          this.#keep(Buffer.concat(chunks), recipients).then(() => done(), done);
        });
      },
    });
  }

  /** @param port 0 for any. @param onMail called for each mail taken. */
  static async start(port: number, onMail: (mail: MailboxMail) => void = () => {}): Promise<Mailbox> {
    const mailbox = new Mailbox(onMail);
    const listening = mailbox.#server.listen(port, '127.0.0.1');
    await once(listening, 'listening');
    return mailbox;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Of the newest mail; 0 when there is none. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The first mail that is as asked for, as soon as there is one; undefined when aborted before. */
  async waitFor(isIt: (mail: MailboxMail) => boolean, signal: AbortSignal): Promise<MailboxMail | undefined> {
    const { promise: aborted, resolve: wake } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => wake(), { once: true });
    for (;;) {
      const mail = this.mails.find(isIt);
      if (mail || signal.aborted) return mail;
      await Promise.race([aborted, new Promise<void>((resolve) => this.#waiting.add(resolve))]);
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #keep(message: Buffer, recipients: readonly string[]): Promise<void> {
    const parsed = await simpleParser(message);
    const mail = { id: ++this.#lastId, receivedAt: new Date(), recipients, source: message.toString('latin1'), parsed };
    this.mails.push(mail);
    if (this.mails.length > Mailbox.#kept) this.mails.shift();
    this.#onMail(mail);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
