import type { Socket } from 'node:net';
import { type TlsOptions, tlsProblem } from '../../../http-client/tls-options.ts';
import { isAscii } from '../message/addresses.ts';
import { ServerClosedError, SmtpDialogue } from './dialogue.ts';
import { dotStuffed } from './dot-stuffing.ts';
import { oneLine, SmtpError, type SmtpStep } from './errors.ts';
import { nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';

export interface Refusal {
  readonly address: string;
  /** The server's words, one line. */
  readonly reply: string;
  /** 5xx: trying again will not help. */
  readonly permanent: boolean;
}

export interface Delivered {
  /** The server's words after the message; '' when every recipient was refused. */
  readonly response: string;
  readonly accepted: readonly string[];
  readonly refused: readonly Refusal[];
}

/**
 * An SMTP client (RFC 5321) on a connected socket: STARTTLS, SIZE, SMTPUTF8 and PIPELINING where they are offered. A
 * signal ends any step, and the connection with it. Errors say where it stood.
 */
export class SmtpWire {
  readonly #server: SmtpEndpoint;
  readonly #tls: Partial<TlsOptions>;
  readonly #dialogue: SmtpDialogue;
  /** What the server might echo and nobody may read. */
  #secrets: readonly string[] = [];
  /** The keywords of the last EHLO reply, each with the words after it. */
  #offers: ReadonlyMap<string, string> = new Map();
  #secure: boolean;
  /** Where it stands, and what an error's text says of it. */
  #step: SmtpStep = 'create SMTP client';
  #prefix = 'create SMTP client';

  /** @param socket connected, and with implicit TLS already secured */
  constructor(server: SmtpEndpoint, socket: Socket, tls: Partial<TlsOptions>) {
    this.#server = server;
    this.#tls = tls;
    this.#secure = server.implicitTls;
    this.#dialogue = new SmtpDialogue(socket);
  }

  get alive(): boolean {
    return !this.#dialogue.ended;
  }

  get secure(): boolean {
    return this.#secure;
  }

  /** Waits for the greeting, says hello and secures the connection. */
  connect(signal: AbortSignal): Promise<void> {
    return this.#until(signal, async () => {
      const greeting = await this.#dialogue.greeting().catch(this.#rethrow);
      if (!greeting.startsWith('220')) throw this.#refusal(this.#step, greeting);
      await this.#sayHello();
      if (this.#server.requireTls && !this.#secure) await this.#startTls();
    });
  }

  /** The words after an extension's keyword in the last EHLO reply; undefined: not offered. */
  offer(keyword: string): string | undefined {
    return this.#offers.get(keyword);
  }

  /** Runs a login, which asks line by line. */
  converse(login: (ask: (line: string) => Promise<string>) => Promise<void>, signal: AbortSignal): Promise<void> {
    const ask = async (line: string): Promise<string> => {
      const mechanism = /^AUTH (\S+)/.exec(line)?.[1];
      const prefix = mechanism === undefined ? this.#prefix : `${mechanism} auth`;
      // Not hidden yet: a password that is part of a reply's code would change what the reply means.
      return oneLine(await this.#ask(line, 'authenticate', prefix));
    };
    return this.#until(signal, () => login(ask));
  }

  /** One message. That recipients are refused, even all of them, is no error. */
  transmit(from: string, to: readonly string[], content: Buffer, signal: AbortSignal): Promise<Delivered> {
    return this.#until(signal, async () => {
      const [mail = '', ...replies] = await this.#sendEnvelope(from, to, content.length);
      const data = replies[to.length];
      if (!isPositive(mail)) {
        // Where there is no transaction nobody can tell what ends it.
        if (data?.startsWith('3')) this.destroy();
        throw this.#refusal('send MAIL command', mail);
      }
      const { accepted, refused } = this.#sort(to, replies);
      if (accepted.length === 0) {
        // Sent along before it was known. What the server says to an empty message to nobody means nothing.
        if (data?.startsWith('3')) await this.#ask('.', 'send DATA command').catch(() => {});
        return { response: '', accepted, refused };
      }
      // Nothing else: to a server that still waits for commands the mail's lines would be some.
      if (!data?.startsWith('3')) throw this.#refusal('send DATA command', data ?? '');
      const reply = await this.#sendContent(content);
      return { response: this.clean(reply), accepted, refused };
    });
  }

  /** Ends a message that failed, so that the next can begin. */
  reset(signal: AbortSignal): Promise<void> {
    return this.#until(signal, async () => {
      const reply = await this.#ask('RSET', 'send DATA command');
      if (!isPositive(reply)) throw this.#refusal('send DATA command', reply);
    });
  }

  quit(): void {
    const bye = (): void => this.destroy();
    this.#dialogue.ask(['QUIT']).then(bye, bye);
  }

  destroy(): void {
    this.#dialogue.end(new Error('connection closed'));
  }

  /** Calls back once the connection is gone, whoever ended it. */
  onClose(callback: () => void): void {
    this.#dialogue.onEnd(callback);
  }

  /** From now on these are in nothing that is shown. */
  conceal(secrets: readonly string[]): void {
    this.#secrets = [...new Set([...secrets, ...this.#secrets])];
  }

  /** The server's words, fit to be shown. */
  clean(reply: string): string {
    return this.hide(oneLine(reply));
  }

  hide(text: string): string {
    return this.#secrets.reduce(
      (hidden, secret) =>
        hidden.replaceAll(secret, '<secret>').replaceAll(Buffer.from(secret).toString('base64'), '<secret>'),
      text,
    );
  }

  /** Servers too old for EHLO are spoken to all the same, unless what is needed came with it. */
  async #sayHello(): Promise<void> {
    const { requireTls, implicitTls } = this.#server;
    const name = this.#server.hello.replace(/\p{Cc}+/gu, '');
    const step = 'send EHLO command';
    let reply = await this.#ask(`EHLO ${name}`, step);
    if (!isPositive(reply) && !(requireTls && !implicitTls)) reply = await this.#ask(`HELO ${name}`, step);
    if (!isPositive(reply)) throw this.#refusal(step, reply);
    const offers = new Map<string, string>();
    for (const line of reply.split('\n').slice(1)) {
      const [keyword = '', ...words] = line.slice(4).trim().toUpperCase().split(' ');
      if (!offers.has(keyword)) offers.set(keyword, words.join(' '));
    }
    this.#offers = offers;
  }

  async #startTls(): Promise<void> {
    if (this.offer('STARTTLS') === undefined) {
      const server = nameOf(this.#server);
      const problem = `'require_tls' is true (default) but "${server}" does not advertise the STARTTLS extension`;
      throw new SmtpError('send EHLO command', problem);
    }
    const reply = await this.#ask('STARTTLS', 'send STARTTLS command');
    if (!isPositive(reply)) throw this.#refusal('send STARTTLS command', reply);
    await this.#dialogue.secure(this.#server.host, this.#tls).catch(this.#rethrow);
    this.#secure = true;
    await this.#sayHello();
  }

  /** @returns the replies to MAIL, to each RCPT and to DATA; fewer where one makes the others pointless. */
  async #sendEnvelope(from: string, to: readonly string[], size: number): Promise<string[]> {
    const utf8 = this.offer('SMTPUTF8') !== undefined && ![from, ...to].every(isAscii) ? ' SMTPUTF8' : '';
    const sized = this.offer('SIZE') === undefined ? '' : ` SIZE=${size}`;
    const mail = `MAIL FROM:<${from}>${utf8}${sized}`;
    const recipients = to.map((address) => `RCPT TO:<${address}>`);
    const replies: string[] = [];
    if (this.offer('PIPELINING') !== undefined) {
      this.#at('send DATA command');
      await this.#dialogue.ask([mail, ...recipients, 'DATA'], replies).catch((error: Error) => {
        // A refusal stands, whatever happens after it.
        if (replies[0] === undefined || isPositive(replies[0])) this.#rethrow(error);
      });
      return replies;
    }
    replies.push(await this.#ask(mail, 'send MAIL command'));
    if (!isPositive(replies[0] as string)) return replies;
    for (const recipient of recipients) replies.push(await this.#ask(recipient, 'send RCPT command'));
    if (replies.slice(1).some(isPositive)) replies.push(await this.#ask('DATA', 'send DATA command'));
    return replies;
  }

  #sort(to: readonly string[], replies: readonly string[]): { accepted: string[]; refused: Refusal[] } {
    const accepted: string[] = [];
    const refused: Refusal[] = [];
    for (const [i, address] of to.entries()) {
      const reply = replies[i] ?? '';
      if (isPositive(reply)) accepted.push(address);
      else refused.push({ address, reply: this.clean(reply), permanent: (codeOf(reply) ?? 0) >= 500 });
    }
    return { accepted, refused };
  }

  /** As soon as it flows the server may have the message: then only a reply with a code says that it has not. */
  async #sendContent(content: Buffer): Promise<string> {
    if (this.alive) this.#at('delivery failure');
    const reply = await this.#dialogue.tell(dotStuffed(content)).catch(this.#rethrow);
    if (!isPositive(reply)) throw this.#refusal('delivery failure', reply);
    return reply;
  }

  async #ask(line: string, step: SmtpStep, prefix: string = step): Promise<string> {
    this.#at(step, prefix);
    const [reply = ''] = await this.#dialogue.ask([line]).catch(this.#rethrow);
    return reply;
  }

  #at(step: SmtpStep, prefix: string = step): void {
    this.#step = step;
    this.#prefix = prefix;
  }

  /** Runs a step, which the signal ends by ending the connection. */
  async #until<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      this.#dialogue.end(reason instanceof Error ? reason : new Error(String(reason)));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await step();
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Why the dialogue ended, as the error of the step at which it did. */
  readonly #rethrow = (error: Error): never => {
    if (error instanceof ServerClosedError) throw this.#refusal(this.#step, error.reply, this.#prefix);
    const words = this.clean(tlsProblem(error) ?? error.message);
    throw new SmtpError(this.#step, `${this.#prefix}: ${words}`, {
      unanswered: this.#step === 'delivery failure',
      timedOut: error.name === 'TimeoutError',
    });
  };

  #refusal(step: SmtpStep, reply: string, prefix: string = step): SmtpError {
    const code = codeOf(reply);
    const unanswered = step === 'delivery failure' && code === undefined;
    return new SmtpError(step, `${prefix}: ${this.clean(reply)}`, { code, unanswered });
  }
}

function isPositive(reply: string): boolean {
  return reply.startsWith('2');
}

function codeOf(reply: string): number | undefined {
  return Number(/^\d{3}(?!\d)/.exec(reply)?.[0]) || undefined;
}
