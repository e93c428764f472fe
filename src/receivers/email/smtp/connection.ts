import { tlsOptions } from '../../../http-client/tls-options.ts';
import { isAscii } from '../message/addresses.ts';
import { AuthError, type Credentials, type MechanismLogin } from './auth.ts';
import type { Delivered, Outgoing, Refusal } from './delivery.ts';
import { dial } from './dial.ts';
import { SmtpDialogue } from './dialogue.ts';
import { SmtpError } from './errors.ts';
import type { SmtpLogin } from './login.ts';
import { isLocal, nameOf, type SmtpEndpoint } from './smtp-endpoint.ts';

/** In a command an address stands between angle brackets. */
const BREAKS_OUT = /[\p{Cc}<>]/u;

/** RFC 4422, 3.1 */
const MECHANISM = /^[A-Z\d_-]{1,20}$/;
const MOST_MECHANISMS = 20;

/** One connection to a mail server, logged in. Sends one message at a time. */
export class SmtpConnection {
  readonly #endpoint: SmtpEndpoint;
  readonly #dialogue: SmtpDialogue;
  #needsReset = false;
  /** Messages that this connection has carried. */
  sent = 0;

  private constructor(endpoint: SmtpEndpoint, dialogue: SmtpDialogue) {
    this.#endpoint = endpoint;
    this.#dialogue = dialogue;
  }

  /**
   * Connects, secures and logs in; files are read now. `signal` ends it at any stage, as it does `send`.
   * @throws SmtpError, or a DeliveryError where a file (certificate, password) cannot be read or no token can be fetched.
   */
  static async open(endpoint: SmtpEndpoint, login: SmtpLogin, signal: AbortSignal): Promise<SmtpConnection> {
    const tls = endpoint.implicitTls || endpoint.requireTls ? await tlsOptions(endpoint.tls) : {};
    // Before connecting: without credentials there is nothing to connect for.
    const credentials = await login.credentials(signal);
    const socket = await dial(endpoint, signal);
    const connection = new SmtpConnection(endpoint, new SmtpDialogue(endpoint, socket, tls));
    try {
      await connection.#dialogue.connect(signal);
      await connection.#logIn(login, credentials, signal);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  /** Fit for another message, as far as is known. */
  get usable(): boolean {
    return this.#dialogue.ended === undefined;
  }

  /**
   * @param onFirstReply called at the server's first reply
   * @throws SmtpError; recipients that are refused, even all of them, are no error here.
   */
  async send(mail: Outgoing, signal: AbortSignal, onFirstReply: () => void = () => {}): Promise<Delivered> {
    const utf8 = this.#dialogue.offers.has('SMTPUTF8');
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
    const content = mail.content({ size: Number(this.#dialogue.offers.get('SIZE')) || undefined, utf8 });
    this.#dialogue.onFirstReply = onFirstReply;
    if (this.#needsReset) await this.#dialogue.reset(signal);
    this.#needsReset = true;
    this.sent++;
    const delivered = await this.#dialogue.transmit(
      { from: mail.from, to: possible, size: content.length },
      content,
      signal,
    );
    this.#needsReset = delivered.response === '';
    return { ...delivered, refused: [...impossible, ...delivered.refused] };
  }

  /** Sends QUIT; `onClose` tells when the connection is closed. */
  quit(): void {
    this.#dialogue.quit();
  }

  /** Cuts the connection. @param why what a message under way fails with */
  destroy(why?: string): void {
    this.#dialogue.destroy(why);
  }

  /** Calls back once the connection is gone, whoever ended it. */
  onClose(callback: () => void): void {
    this.#dialogue.onClose(callback);
  }

  /** A server that does not offer AUTH is used without, as Alertmanager does. */
  async #logIn(login: SmtpLogin, credentials: Credentials, signal: AbortSignal): Promise<void> {
    const offered = this.#dialogue.offers.get('AUTH');
    if (credentials.username === '' || offered === undefined) return;
    const { host, implicitTls, requireTls } = this.#endpoint;
    const safe = implicitTls || requireTls || isLocal(host);
    // Each once, and no more than a server can mean: every one may cost a login.
    const mechanisms = [...new Set(offered.split(' '))]
      .filter((name) => MECHANISM.test(name))
      .slice(0, MOST_MECHANISMS);
    const conceal = (secrets: readonly string[]): void => this.#dialogue.conceal(secrets);
    const tryOne = (one: MechanismLogin) => this.#dialogue.authenticate(one, signal);
    try {
      await login.run(mechanisms, credentials, { safe, login: tryOne, conceal }, signal);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      const { message, code } = error;
      throw new SmtpError('authenticate', message, code === undefined ? { permanent: true } : { code });
    }
  }

  /** Why this server cannot be given an address. */
  #problemWith(address: string, utf8: boolean): string | undefined {
    if (BREAKS_OUT.test(address)) return `${JSON.stringify(address)} cannot be part of a command`;
    if (utf8 || isAscii(address)) return undefined;
    return `"${address}" needs SMTPUTF8, which "${nameOf(this.#endpoint)}" does not offer`;
  }
}
