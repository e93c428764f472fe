import type { Socket } from 'node:net';

/** What a connection expects a reply to. `greeting` and `message` are no commands. */
type Awaited = 'greeting' | 'message' | string;

/**
 * Follows an SMTP dialogue through nodemailer's transaction log: which command was the last, what is still unanswered,
 * and whether the server says more than it was asked. A reply too many would answer the next command, and so confirm an
 * email that was never accepted.
 */
export class SmtpTranscript {
  /** The last command sent; '' before the first. */
  command = '';
  /** STARTTLS was sent. */
  startTls = false;
  /** The message is under way: from here on the server may have it. */
  messageStarted = false;
  /** The reply to this message's MAIL command, where it is a refusal. */
  senderRefusal: string | undefined;
  /** Recipients of this message that the server accepted. */
  #accepted = 0;
  readonly #awaited: Awaited[] = ['greeting'];
  readonly #onReply: (to: Awaited, reply: string) => void;
  readonly #socket: () => Socket | undefined;
  readonly #lmtp: boolean;
  #watched: Socket | undefined;
  /** What came since nothing was awaited, one character a byte, and how many of its lines were replies. */
  #received = '';
  #lines = 0;

  /**
   * @param socket of the connection: another one after STARTTLS
   * @param onReply called before nodemailer acts on the reply
   */
  constructor(socket: () => Socket | undefined, onReply: (to: Awaited, reply: string) => void, lmtp: boolean) {
    this.#socket = socket;
    this.#lmtp = lmtp;
    this.#onReply = onReply;
  }

  /** nodemailer's logger: other levels fall back to this one. */
  debug({ tnx }: { readonly tnx?: string }, text: string): void {
    if (tnx === 'client') this.#sent(text);
    // A line that the connection's end cut off is logged too.
    else if (tnx === 'server' && !this.#socket()?.closed) this.#answered(text);
  }

  /** Bytes that came since nothing was awaited. */
  get received(): number {
    return this.#received.length;
  }

  /** Lines that came and are no reply yet: while nothing is awaited, none should be. */
  get unread(): string {
    if (this.#received === '') return '';
    const lines = this.#received.split(/\r?\n/).filter((line) => line.trim() !== '');
    return lines.slice(this.#lines).join('\n');
  }

  #sent(text: string): void {
    const [verb = ''] = text.split(' ', 1);
    this.#awaited.push(verb);
    this.command = verb;
    if (verb === 'EHLO' || verb === 'LHLO') this.#watch();
    else if (verb === 'STARTTLS') this.startTls = true;
    else if (verb === 'MAIL' || verb === 'RSET') {
      this.#accepted = 0;
      this.messageStarted = false;
      this.senderRefusal = undefined;
    }
  }

  #answered(reply: string): void {
    const to = this.#awaited.shift() ?? '';
    this.#lines += reply.split('\n').length;
    if (to === 'message') this.messageStarted = this.#awaited.length > 0;
    else if (to === 'MAIL' && !reply.startsWith('2')) this.senderRefusal = reply;
    else if (to === 'RCPT' && reply.startsWith('2')) this.#accepted++;
    const begins = to === 'DATA' && this.#accepted > 0 && this.senderRefusal === undefined;
    this.#onReply(to, reply);
    if (begins && reply.startsWith('3')) {
      this.messageStarted = true;
      // LMTP: a reply for each recipient.
      for (let i = 0; i < (this.#lmtp ? this.#accepted : 1); i++) this.#awaited.push('message');
    }
    if (this.#awaited.length === 0 || begins) this.#settle();
  }

  /** Nothing is awaited: what is left over stays, and is unexpected. */
  #settle(): void {
    const rest = this.unread;
    this.#received = rest;
    this.#lines = 0;
  }

  /** Not before the first command: a listener would make data flow before nodemailer listens. */
  #watch(): void {
    const socket = this.#socket();
    if (socket === undefined || socket === this.#watched) return;
    this.#watched = socket;
    this.#received = '';
    this.#lines = 0;
    socket.prependListener('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
    });
  }
}
