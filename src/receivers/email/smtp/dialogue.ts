import type { Socket } from 'node:net';
import type { NodemailerError } from 'nodemailer/lib/errors';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type TlsOptions, tlsProblem } from '../../../http-client/tls-options.ts';
import { customAuth, type LoginRefused, type MechanismLogin, type MechanismRefusal } from './auth.ts';
import type { Delivered, Refusal } from './delivery.ts';
import { SmtpError } from './errors.ts';
import { codeOf, offersOf, oneLine, redact, type Stage, stepOf } from './reply.ts';
import { nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';
import { SmtpTranscript } from './transcript.ts';

/** Bytes of one reply. */
const LONGEST_REPLY = 65_536;
/** Bytes of all replies to what was sent in one piece: a thousand recipients have a reply each. */
const MOST_REPLIES = 1024 * 1024;
/** ms: nodemailer's own time limits never apply, those of the pool's clock do. */
const NEVER = 2 ** 31 - 1;

type Done<T> = (error?: NodemailerError | null, result?: T) => void;

/**
 * nodemailer's SMTPConnection on one socket, with signals, errors that say where it stood, and the few checks that it
 * leaves out. One step at a time.
 */
export class SmtpDialogue {
  readonly #endpoint: SmtpEndpoint;
  readonly #smtp: SMTPConnection;
  readonly #transcript: SmtpTranscript;
  /** What the server might repeat in its replies. */
  #secrets: readonly string[] = [];
  /** The keywords of the last EHLO reply, each with the words after it. */
  offers: ReadonlyMap<string, string> = new Map();
  /** The mechanism that is being tried. */
  #mechanism = '';
  /** Called with the next reply. */
  onFirstReply: () => void = () => {};
  /** Why no more can be sent. */
  ended: Error | undefined;
  #reject: (error: Error) => void = () => {};
  readonly #onClose: (() => void)[] = [];

  /** @param socket connected */
  constructor(endpoint: SmtpEndpoint, socket: Socket, tls: Partial<TlsOptions>) {
    this.#endpoint = endpoint;
    this.#transcript = new SmtpTranscript(
      () => this.#smtp._socket || undefined,
      (to, reply) => this.#onReply(to, reply),
      endpoint.lmtp,
    );
    this.#smtp = new SMTPConnection({
      host: endpoint.host,
      port: endpoint.port,
      connection: socket,
      lmtp: endpoint.lmtp,
      secure: endpoint.implicitTls,
      requireTLS: endpoint.requireTls && !endpoint.implicitTls,
      ignoreTLS: !endpoint.requireTls,
      name: endpoint.hello.replace(/\p{Cc}+/gu, ''),
      tls,
      customAuth,
      maxResponseSize: LONGEST_REPLY,
      socketCloseTimeout: 0,
      connectionTimeout: NEVER,
      greetingTimeout: NEVER,
      logger: this.#transcript,
      transactionLog: true,
    });
    this.#smtp.on('error', (error: NodemailerError) => this.#end(this.#toSmtpError(error)));
    this.#smtp.once('end', () => {
      // Whoever waits for a reply gets its own error first.
      queueMicrotask(() => this.#end(this.#failure('Connection closed unexpectedly')));
      for (const callback of this.#onClose) callback();
    });
  }

  /** Waits for the greeting, sends EHLO and secures the connection. */
  connect(signal: AbortSignal): Promise<void> {
    return this.#run(signal, (done) => this.#smtp.connect(done));
  }

  /** Ends a message that failed, so that the next can begin. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#run(signal, (done) => this.#smtp.reset(done));
  }

  /** From now on these are in no error. */
  conceal(secrets: readonly string[]): void {
    this.#secrets = [...new Set([...secrets, ...this.#secrets])];
  }

  /** Sends QUIT; `onClose` tells when the connection is closed. */
  quit(): void {
    this.#smtp.quit();
  }

  /** Cuts the connection. @param why what the step under way fails with */
  destroy(why = 'connection closed'): void {
    this.#end(this.#failure(why));
  }

  /** Calls back once the connection is gone, whoever ended it. */
  onClose(callback: () => void): void {
    if (this.#smtp.destroyed) callback();
    else this.#onClose.push(callback);
  }

  /** Runs one SASL mechanism. @returns the server's words where it refuses */
  async authenticate(login: MechanismLogin, signal: AbortSignal): Promise<MechanismRefusal | undefined> {
    this.#mechanism = login.method;
    const refusal = await this.#run<MechanismRefusal | undefined>(signal, (done) =>
      // Without oauth2 nodemailer takes another mechanism than XOAUTH2, although it has a handler for it.
      this.#smtp.login({ ...login, oauth2: {} as never }, (error: (NodemailerError & Partial<LoginRefused>) | null) => {
        const reply = error?.reply ?? error?.response;
        // The code first: a secret may be part of it.
        if (reply) done(null, { mechanism: login.method, code: codeOf(reply), reply: this.#clean(reply) });
        else done(error);
      }),
    );
    this.#mechanism = '';
    return refusal;
  }

  /** Sends one message. That recipients are refused, even all of them, is no error. */
  transmit(envelope: { from: string; to: string[]; size: number }, content: Buffer, signal: AbortSignal) {
    type Sent = { response: string; accepted: string[]; rejectedErrors?: readonly NodemailerError[] | undefined };
    return this.#run<Delivered>(signal, (done) => {
      this.#smtp.send(envelope, content, (error: NodemailerError | null, sent?: Sent) => {
        const some = !error && (sent?.accepted.length ?? 0) > 0;
        const refused = (error ?? sent)?.rejectedErrors?.map((one) => this.#refusal(one, some)) ?? [];
        if (!error)
          done(null, { response: this.#clean(sent?.response ?? ''), accepted: sent?.accepted ?? [], refused });
        else if (refused.length === 0) done(error);
        else done(null, { response: '', accepted: [], refused });
      });
    });
  }

  /** Checks that nodemailer leaves out. It acts on the reply after this, and on nothing where the connection is ended. */
  #onReply(to: string, reply: string): void {
    this.onFirstReply();
    this.onFirstReply = () => {};
    const isHello = to === 'EHLO' || to === 'LHLO';
    if (isHello || to === 'HELO') this.offers = offersOf(reply);
    if (this.#transcript.received > MOST_REPLIES)
      this.#end(this.#failure('Server responses exceed maximum allowed size'));
    const stage: Stage = { step: 'send DATA command' };
    const unexpected = to === 'STARTTLS' ? '' : this.#transcript.unread;
    if (isHello && reply.startsWith('2') && !this.#mayStartTls()) {
      const server = nameOf(this.#endpoint);
      const problem = `'require_tls' is true (default) but "${server}" does not advertise the STARTTLS extension`;
      this.#end(new SmtpError('send EHLO command', problem));
    } else if (to === 'DATA' && reply.startsWith('2')) {
      // It goes on waiting for commands, and would take the message's lines for some.
      this.#end(this.#replied(stage, reply));
    } else if (to === 'DATA' && unexpected !== '') {
      // The reply to the message before the message.
      this.#end(unexpected.startsWith('421') ? this.#replied(stage, unexpected) : this.#unexpected(unexpected, stage));
    }
  }

  #mayStartTls(): boolean {
    const { requireTls, implicitTls } = this.#endpoint;
    return !requireTls || implicitTls || this.#transcript.startTls || this.offers.has('STARTTLS');
  }

  /** Runs one step, which the signal and the connection's end cut short. */
  async #run<T>(signal: AbortSignal, start: (done: Done<T>) => void): Promise<T> {
    const unexpected = this.#transcript.unread;
    if (!this.ended && unexpected !== '') this.#end(this.#unexpected(unexpected));
    if (this.ended) throw this.ended;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#reject = reject;
    const onAbort = (): void => this.#end(this.#aborted(signal.reason));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    start((error, result) => {
      if (error) reject(this.#toSmtpError(error));
      else resolve(result as T);
    });
    try {
      const result = await promise;
      const extra = this.#transcript.unread;
      if (extra !== '') this.#end(this.#unexpected(extra));
      return result;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #end(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    this.#reject(error);
    this.#smtp.close();
  }

  #unexpected(lines: string, stage?: Stage): SmtpError {
    return this.#failure(`Unexpected Response: ${lines}`, stage);
  }

  #aborted(reason: unknown): SmtpError {
    const { message, name } = reason instanceof Error ? reason : new Error(String(reason));
    return this.#failure(message, this.#stage(), name === 'TimeoutError');
  }

  /** Where it stands, and how an error's text begins. */
  #stage(): Stage {
    const { messageStarted, command } = this.#transcript;
    const { implicitTls } = this.#endpoint;
    if (messageStarted) return { step: 'delivery failure' };
    if (implicitTls && command === '' && this.#smtp.upgrading !== false) {
      return { step: 'establish TLS connection to server' };
    }
    if (this.#smtp.upgrading) return { step: 'send STARTTLS command' };
    if (this.#mechanism !== '') return { step: 'authenticate', prefix: `${this.#mechanism} auth` };
    return { step: stepOf(command) ?? 'create SMTP client' };
  }

  /** What nodemailer failed with. */
  #toSmtpError(error: NodemailerError): SmtpError {
    const { command = '', response, message } = error;
    const step = error.code === 'EMESSAGE' ? 'delivery failure' : stepOf(command);
    const stage = step ? { step } : this.#stage();
    const { senderRefusal } = this.#transcript;
    if (response && !message.startsWith('Unexpected Response')) return this.#replied(stage, response);
    // The connection ended before nodemailer read all replies to what was sent in one piece.
    if (senderRefusal !== undefined) return this.#replied({ step: 'send MAIL command' }, senderRefusal);
    const closing = /^421[ -].*/m.exec(this.#transcript.unread)?.[0];
    if (closing !== undefined) return this.#replied(stage, closing);
    const code = error.originalCode ?? error.code;
    return this.#failure(tlsProblem({ code, message }) ?? message, stage);
  }

  /** The server said no. */
  #replied({ step, prefix = step }: Stage, reply: string): SmtpError {
    const code = codeOf(reply);
    const unanswered = step === 'delivery failure' && code === undefined;
    const words = this.#clean(reply);
    return new SmtpError(step, `${prefix}: ${words}`, { code, reply: words, unanswered });
  }

  /** Nothing was said to it. */
  #failure(words: string, { step, prefix = step }: Stage = this.#stage(), timedOut = false): SmtpError {
    const unanswered = step === 'delivery failure';
    return new SmtpError(step, `${prefix}: ${this.#clean(words)}`, { unanswered, timedOut });
  }

  /** @param some others were accepted: 552 then means too many recipients (RFC 5321, 4.5.3.1.10) */
  #refusal({ recipient = '', response }: NodemailerError, some: boolean): Refusal {
    const reply = String(response || '');
    const code = codeOf(reply) ?? 0;
    return { address: recipient, reply: this.#clean(reply), permanent: code >= 500 && !(code === 552 && some) };
  }

  /** The server's words, fit to be shown. */
  #clean(reply: string): string {
    return oneLine(redact(reply, this.#secrets));
  }
}
