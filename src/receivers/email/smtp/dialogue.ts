import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsOptions } from '../../../http-client/tls-options.ts';

/** Bytes of one reply. */
const LONGEST_REPLY = 65_536;
/** ms without traffic after which the system asks whether the other side is still there. */
const KEEP_ALIVE = 30_000;

/** The server's own last words, which ended the dialogue. */
export class ServerClosedError extends Error {
  readonly reply: string;

  constructor(reply: string) {
    super(`Server closed the connection: ${reply}`);
    this.reply = reply;
  }
}

/** What was asked, until all its replies are there. */
interface Question {
  readonly replies: string[];
  readonly count: number;
  readonly resolve: (replies: string[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The lines of an SMTP connection: questions, one at a time, and their replies in order. A reply is all its lines,
 * joined by \n. Once it has ended, whoever ended it, every question is rejected with the reason.
 */
export class SmtpDialogue {
  #socket: Socket;
  /** What came of a line, and of a reply, that is not complete yet; one character a byte. */
  #line = '';
  #reply = '';
  #question: Question | undefined;
  /** A reply that came before anybody asked. */
  #unasked: string | undefined;
  #ended: Error | undefined;
  readonly #onEnd: (() => void)[] = [];

  /** @param socket connected */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE);
    socket.on('error', this.#failed).on('close', this.#closed);
    this.#listen();
  }

  /** Nothing more can be asked: it has ended, or the server says what nobody asked for, and so ends it at once. */
  get ended(): boolean {
    return this.#ended !== undefined || this.#unasked !== undefined;
  }

  /** Waits for the greeting. */
  async greeting(): Promise<string> {
    return (await this.#ask('', 1, []))[0] as string;
  }

  /**
   * Sends commands in one piece and waits for a reply to each.
   * @param replies to it they are added as they come: what came is in it even when this fails.
   */
  async ask(commands: readonly string[], replies: string[] = []): Promise<string[]> {
    // Whatever it is made of, nothing can become a command of its own.
    if (commands.some((line) => /[\r\n]/.test(line))) throw new Error('a command with a line break');
    return this.#ask(`${commands.join('\r\n')}\r\n`, commands.length, replies);
  }

  /** Sends text that is no command, one character a byte, and waits for the reply. */
  async tell(text: string): Promise<string> {
    return (await this.#ask(text, 1, [], 'latin1'))[0] as string;
  }

  /** Makes the connection a TLS one. What came in clear until then is forgotten: anybody can have sent it. */
  async secure(host: string, tls: Partial<TlsOptions>): Promise<void> {
    if (this.#ended) throw this.#ended;
    const plain = this.#socket.off('data', this.#read).off('end', this.#closed).off('close', this.#closed);
    this.#line = '';
    this.#reply = '';
    this.#unasked = undefined;
    const name = isIP(host) === 0 ? { servername: host } : {};
    this.#socket = connectTls({ socket: plain, host, ...name, ...tls });
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    this.#question = { replies: [], count: 0, resolve, reject };
    this.#socket.once('secureConnect', () => {
      this.#question = undefined;
      this.#listen();
      resolve([]);
    });
    // Not yet 'end': what the handshake says of it is better.
    this.#socket.on('error', this.#failed).on('close', this.#closed);
    await promise;
  }

  /** Cuts the connection; `reason` is what a question still open is rejected with. */
  end(reason: Error): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#socket.destroy();
    this.#question?.reject(reason);
    this.#question = undefined;
    for (const callback of this.#onEnd) callback();
  }

  /** Calls back once the dialogue has ended, at once if it has. */
  onEnd(callback: () => void): void {
    if (this.#ended) callback();
    else this.#onEnd.push(callback);
  }

  #listen(): void {
    this.#socket.on('data', this.#read).on('end', this.#closed);
  }

  #ask(text: string, count: number, replies: string[], encoding: BufferEncoding = 'utf8'): Promise<string[]> {
    // What is there already would from now on be taken for the answer to another question.
    if (this.#unasked !== undefined || this.#line !== '' || this.#reply !== '') this.#unexpected();
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      this.#question = { replies, count, resolve, reject };
      if (text !== '') this.#socket.write(text, encoding);
    });
  }

  readonly #read = (chunk: Buffer): void => {
    const text = chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0 && !this.#ended; end = text.indexOf('\n', start)) {
      this.#hearLine(this.#line + text.slice(start, end));
      this.#line = '';
      start = end + 1;
    }
    this.#line += text.slice(start);
    if (this.#line.length + this.#reply.length > LONGEST_REPLY) {
      this.end(new Error('Server response exceeds maximum allowed size'));
    }
  };

  #hearLine(text: string): void {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    const reply = this.#reply === '' ? line : `${this.#reply}\n${line}`;
    const more = /^\d+-/.test(line);
    this.#reply = more ? reply : '';
    if (!more && reply.trim() !== '') this.#hear(decode(reply));
  }

  #hear(reply: string): void {
    const question = this.#question;
    if (question) {
      question.replies.push(reply);
      if (question.replies.length === question.count) {
        this.#question = undefined;
        question.resolve(question.replies);
      }
    } else if (this.#unasked === undefined) {
      this.#unasked = reply;
      // Time for STARTTLS, to whose reply it may have been added, to forget it.
      setImmediate(() => this.#unasked !== undefined && this.#unexpected());
    }
    // Whatever it answers: the server is about to close the connection (RFC 5321, 3.8).
    if (/^421[ -]/.test(reply)) this.end(new ServerClosedError(reply));
  }

  #unexpected(): void {
    this.end(new Error(`Unexpected Response: ${decode(this.#unasked ?? (this.#reply || this.#line))}`));
  }

  readonly #failed = (error: Error): void => {
    this.end(error);
  };

  readonly #closed = (): void => {
    const rest = decode(this.#line.trim());
    this.end(/^[45]\d\d[ -]/.test(rest) ? new ServerClosedError(rest) : new Error('Connection closed unexpectedly'));
  };
}

/** UTF-8, as servers write it today, else one character a byte. */
function decode(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? bytes : text;
}
