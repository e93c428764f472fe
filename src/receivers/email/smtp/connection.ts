import { tlsOptions } from '../../../http-client/tls-options.ts';
import { isAscii } from '../message/addresses.ts';
import { AuthError, type Credentials } from './auth.ts';
import { dial } from './dial.ts';
import { SmtpError } from './errors.ts';
import type { SmtpLogin } from './login.ts';
import { isLocal, nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';
import type { Urgency } from './urgency-queue.ts';
import { type Delivered, type Refusal, SmtpWire } from './wire.ts';

/** In a command an address stands between angle brackets. */
const BREAKS_OUT = /[\p{Cc}<>]/u;

/** One message as a session sends it. */
export interface Outgoing {
  readonly from: string;
  readonly to: readonly string[];
  readonly urgency: Urgency;
  /** Builds the message for a server that takes `size` bytes (undefined: it did not say) and SMTPUTF8 or not. */
  content(limits: { size: number | undefined; utf8: boolean }): Buffer;
}

/** One connection to a mail server, logged in. Sends one message at a time. */
export class SmtpConnection {
  readonly #server: SmtpEndpoint;
  readonly #wire: SmtpWire;
  #needsReset = false;
  /** Messages that this connection has carried. */
  sent = 0;

  private constructor(server: SmtpEndpoint, wire: SmtpWire) {
    this.#server = server;
    this.#wire = wire;
  }

  /**
   * Connects, secures and logs in; files are read now. `signal` ends it at any stage, as it does `send`.
   * @throws SmtpError, or a DeliveryError where a file (certificate, password) cannot be read or no token be had.
   */
  static async open(server: SmtpEndpoint, login: SmtpLogin, signal: AbortSignal): Promise<SmtpConnection> {
    const tls = server.implicitTls || server.requireTls ? await tlsOptions(server.tls) : {};
    // Before the connection: who cannot log in need not knock.
    const credentials = await login.credentials(signal);
    const socket = await dial(server, tls, signal);
    const session = new SmtpConnection(server, new SmtpWire(server, socket, tls));
    try {
      await session.#wire.connect(signal);
      await session.#logIn(login, credentials, signal);
    } catch (error) {
      session.destroy();
      throw error;
    }
    return session;
  }

  /** Fit for another message, as far as is known. */
  get usable(): boolean {
    return this.#wire.alive;
  }

  /** @throws SmtpError; recipients that are refused, even all of them, are no error here. */
  async send(mail: Outgoing, signal: AbortSignal): Promise<Delivered> {
    const utf8 = this.#wire.offer('SMTPUTF8') !== undefined;
    const impossible: Refusal[] = [];
    const possible = mail.to.filter((address) => {
      const reply = this.#problemWith(address, utf8);
      if (reply !== undefined) impossible.push({ address, reply, permanent: true });
      return reply === undefined;
    });
    const problem = this.#problemWith(mail.from, utf8);
    if (problem !== undefined) {
      throw new SmtpError('send MAIL command', `send MAIL command: ${problem}`, { permanent: true });
    }
    if (possible.length === 0) return { response: '', accepted: [], refused: impossible };
    const content = mail.content({ size: Number(this.#wire.offer('SIZE')) || undefined, utf8 });
    if (this.#needsReset) await this.#wire.reset(signal);
    this.#needsReset = true;
    this.sent++;
    const delivered = await this.#wire.transmit(mail.from, possible, content, signal);
    this.#needsReset = delivered.response === '';
    return { ...delivered, refused: [...impossible, ...delivered.refused] };
  }

  /** Says goodbye; `onClose` tells when the server has let go. */
  quit(): void {
    this.#wire.quit();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#wire.destroy();
  }

  /** Calls back once the connection is gone, whoever ended it. */
  onClose(callback: () => void): void {
    this.#wire.onClose(callback);
  }

  /** A server that does not offer AUTH is used without, as Alertmanager does. */
  async #logIn(login: SmtpLogin, credentials: Credentials, signal: AbortSignal): Promise<void> {
    const wire = this.#wire;
    const offered = wire.offer('AUTH');
    if (credentials.username === '' || offered === undefined) return;
    const safe = wire.secure || isLocal(this.#server.host);
    const mechanisms = offered.split(' ').filter((name) => name !== '');
    const conceal = (secrets: readonly string[]): void => wire.conceal(secrets);
    try {
      await wire.converse((command) => login.run(mechanisms, credentials, { safe, command, conceal }, signal), signal);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      const { message, code } = error;
      throw new SmtpError('authenticate', wire.hide(message), code === undefined ? { permanent: true } : { code });
    }
  }

  /** Why this server cannot be told of an address. */
  #problemWith(address: string, utf8: boolean): string | undefined {
    if (BREAKS_OUT.test(address)) return `${JSON.stringify(address)} cannot be part of a command`;
    if (utf8 || isAscii(address)) return undefined;
    return `"${address}" needs SMTPUTF8, which "${nameOf(this.#server)}" does not offer`;
  }
}
