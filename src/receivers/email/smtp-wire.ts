import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type TlsOptions, tlsProblem } from '../tls-options.ts';
import { oneLine, SmtpError, type SmtpStep } from './smtp-error.ts';
import { nameOf, type SmtpServer } from './smtp-server.ts';

/** nodemailer's errors, with what they say besides. */
export interface WireError extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly WireError[];
}

export interface Transmitted {
  /** '' when all recipients were refused. */
  readonly response: string;
  readonly accepted: readonly string[];
  readonly refused: readonly WireError[];
}

type Done<T> = (error: Error | null, result: T) => void;
type Ask = (line: string) => Promise<{ response: string }>;

const STEPS: ReadonlyMap<string, SmtpStep> = new Map([
  ['EHLO', 'send EHLO command'],
  ['HELO', 'send EHLO command'],
  ['STARTTLS', 'send STARTTLS command'],
  ['AUTH', 'authenticate'],
  ['MAIL', 'send MAIL command'],
  ['RCPT', 'send RCPT command'],
  ['DATA', 'send DATA command'],
  ['RSET', 'send DATA command'],
]);

/** nodemailer's SMTP client as promises, each of which ends with a signal, with errors that say where it stood. */
export class SmtpWire {
  readonly #server: SmtpServer;
  /** What the server might echo and nobody may read. */
  #secrets: readonly string[] = [];
  readonly #connection: SMTPConnection;
  #lastCommand = '';
  #ehlo: readonly string[] = [];
  #alive = true;
  #fail: ((error: Error) => void) | undefined;
  #dialogue: ((ask: Ask) => Promise<void>) | undefined;

  /** @param socket connected, and with implicit TLS already secured */
  constructor(Client: typeof SMTPConnection, server: SmtpServer, socket: Socket, tls: Partial<TlsOptions>) {
    this.#server = server;
    const { host, port, hello, implicitTls, requireTls } = server;
    this.#connection = new Client({
      host,
      port,
      connection: socket,
      secured: implicitTls,
      name: hello,
      secure: implicitTls,
      requireTLS: requireTls && !implicitTls,
      ignoreTLS: !requireTls,
      tls,
      socketCloseTimeout: 0,
      transactionLog: true,
      logger: { debug: (entry: { tnx?: string }, text: string) => this.#overhear(entry.tnx, text) },
      customAuth: { TOCSIN: ({ sendCommand }) => this.#dialogue?.(sendCommand) },
    });
    this.#connection.on('error', (error: Error) => this.#break(error));
    this.#connection.on('end', () => {
      this.#alive = false;
      // The reason, where there is one, is told after this event.
      setImmediate(() => this.#break(new Error('connection closed by the server')));
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  get secure(): boolean {
    return this.#connection.secure;
  }

  /** Waits for the greeting, says hello and secures the connection. */
  connect(signal: AbortSignal): Promise<void> {
    return this.#run(signal, (done: Done<void>) => this.#connection.connect((error) => done(error ?? null)));
  }

  /** The words after an extension's keyword in the last EHLO reply; undefined: not offered. */
  offer(keyword: string): string | undefined {
    const line = this.#ehlo.find((text) => text === keyword || text.startsWith(`${keyword} `));
    return line?.slice(keyword.length + 1);
  }

  /** Talks line by line, for a login. nodemailer keeps these lines out of its log. */
  converse(dialogue: (ask: (line: string) => Promise<string>) => Promise<void>, signal: AbortSignal): Promise<unknown> {
    this.#dialogue = (ask) => dialogue(async (line) => this.clean((await ask(line)).response));
    return this.#run(signal, (done: Done<unknown>) => this.#connection.login({ method: 'TOCSIN' }, done));
  }

  /** One message. That recipients are refused, even all of them, is no error. */
  async transmit(from: string, to: readonly string[], content: Buffer, signal: AbortSignal): Promise<Transmitted> {
    let sending = false;
    const message = new Readable({
      read() {
        sending = true;
        this.push(content);
        this.push(null);
      },
    });
    let refused: readonly WireError[] = [];
    let allRefused = false;
    const start = (done: Done<{ response: string; accepted: string[] }>): void => {
      this.#connection.send({ from, to: [...to], size: content.length }, message, (error, info) => {
        allRefused = error?.rejectedErrors !== undefined;
        refused = (error?.rejectedErrors ?? info?.rejectedErrors ?? []) as WireError[];
        done(error, info);
      });
    };
    try {
      const { response, accepted } = await this.#run(signal, start, () => sending);
      return { response: this.clean(response), accepted, refused };
    } catch (error) {
      if (allRefused) return { response: '', accepted: [], refused };
      throw error;
    }
  }

  /** Ends a message that failed, so that the next can begin. */
  reset(signal: AbortSignal): Promise<unknown> {
    return this.#run(signal, (done: Done<unknown>) => this.#connection.reset(done));
  }

  quit(): void {
    this.#connection.quit();
  }

  destroy(): void {
    this.#connection.close();
  }

  /** Calls back once the connection is gone, whoever ended it. */
  onClose(callback: () => void): void {
    this.#connection.once('end', callback);
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

  /** nodemailer's transaction log: every command sent (logins masked) and every reply. */
  #overhear(direction: string | undefined, text: string): void {
    if (direction === 'client' && !text.startsWith('/*')) this.#lastCommand = text;
    if (direction !== 'server' || !/^(?:EHLO|HELO) /.test(this.#lastCommand)) return;
    const lines = text.startsWith('250') ? text.split(/\r?\n/).slice(1) : [];
    this.#ehlo = lines.map((line) => line.slice(4).trim().toUpperCase());
    const { requireTls, implicitTls } = this.#server;
    if (lines.length === 0 || !requireTls || implicitTls || this.secure || this.offer('STARTTLS') !== undefined) return;
    // nodemailer would try STARTTLS all the same, and blame the server's answer.
    const server = nameOf(this.#server);
    this.#break(new Error(`'require_tls' is true (default) but "${server}" does not advertise the STARTTLS extension`));
    this.destroy();
  }

  /** Runs one step of the client, ended early by `signal` or by the end of the connection. */
  #run<T>(signal: AbortSignal, start: (done: Done<T>) => void, sending: () => boolean = () => false): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#fail = undefined;
        signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error): void => {
        settle();
        reject(this.#explain(error, sending()));
      };
      const onAbort = (): void => {
        const reason: unknown = signal.reason;
        fail(reason instanceof Error ? reason : new Error(String(reason)));
        this.destroy();
      };
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#fail = fail;
      start((error, result) => {
        if (error) fail(error);
        else {
          settle();
          resolve(result);
        }
      });
    });
  }

  #break(error: Error): void {
    this.#alive = false;
    this.#fail?.(error);
  }

  #explain(error: WireError, sending: boolean): SmtpError {
    const step = this.#step(error, sending);
    const certificate = tlsProblem({ code: error.originalCode ?? error.code, message: error.message });
    const words = this.clean(error.response ?? certificate ?? error.message);
    const mechanism = step === 'authenticate' ? /^AUTH (\S+)/.exec(this.#lastCommand)?.[1] : undefined;
    const prefix = mechanism === undefined ? step : `${mechanism} auth`;
    return new SmtpError(step, words.startsWith("'require_tls'") ? words : `${prefix}: ${words}`, {
      code: error.responseCode,
      unanswered: sending && error.responseCode === undefined,
      timedOut: error.name === 'TimeoutError',
    });
  }

  #step({ command, code }: WireError, sending: boolean): SmtpStep {
    if (sending || (command === 'DATA' && code === 'EMESSAGE')) return 'delivery failure';
    // A reply names the command that it answers; with pipelining the last one sent is another.
    const named = command === undefined || command === 'CONN' || command === 'API' ? this.#lastCommand : command;
    return STEPS.get(named.split(' ')[0] ?? '') ?? 'create SMTP client';
  }
}
