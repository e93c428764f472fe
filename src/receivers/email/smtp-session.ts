import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { readSecret, type SecretSource } from '../../config/secret.ts';
import { RetryableError } from '../receiver.ts';
import { tlsOptions } from '../tls-options.ts';
import { isAscii } from './addresses.ts';
import { type AuthError, authenticate, type Credentials } from './smtp-auth.ts';
import { dial } from './smtp-dial.ts';
import { SmtpError } from './smtp-error.ts';
import { isLocal, nameOf, type SmtpServer } from './smtp-server.ts';
import { SmtpWire } from './smtp-wire.ts';

/** One message as a session sends it. */
export interface Outgoing {
  readonly from: string;
  readonly to: readonly string[];
  /** Builds the message for a server that takes `size` bytes (undefined: it did not say) and SMTPUTF8 or not. */
  content(limits: { size: number | undefined; utf8: boolean }): Buffer;
}

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

/** One connection to a mail server, logged in. Sends one message at a time. */
export class SmtpSession {
  readonly #server: SmtpServer;
  readonly #wire: SmtpWire;
  #needsReset = false;
  /** Messages that this connection has carried. */
  sent = 0;

  private constructor(server: SmtpServer, wire: SmtpWire) {
    this.#server = server;
    this.#wire = wire;
  }

  /**
   * Connects, secures and logs in; files are read now. `signal` ends it at any stage, as it does `send`.
   * @throws SmtpError, or a DeliveryError where a file (certificate, password) cannot be read.
   */
  static async open(server: SmtpServer, signal: AbortSignal): Promise<SmtpSession> {
    const tls = server.implicitTls || server.requireTls ? await tlsOptions(server.tls) : {};
    const credentials = await readCredentials(server);
    const { password, secret } = credentials;
    const Client = await loadSmtpClient();
    const secrets = [password, secret].filter((text) => text !== undefined && text !== '') as string[];
    const socket = await dial(server, tls, signal);
    const session = new SmtpSession(server, new SmtpWire(Client, server, socket, tls, secrets));
    try {
      await session.#wire.connect(signal);
      await session.#login(credentials, signal);
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
    const possible = mail.to.filter((address) => utf8 || isAscii(address));
    const impossible = mail.to
      .filter((address) => !possible.includes(address))
      .map((address) => ({ address, reply: this.#needsUtf8(address), permanent: true }));
    if (!utf8 && !isAscii(mail.from)) {
      throw new SmtpError('send MAIL command', `send MAIL command: ${this.#needsUtf8(mail.from)}`, { permanent: true });
    }
    if (possible.length === 0) return { response: '', accepted: [], refused: impossible };
    const content = mail.content({ size: Number(this.#wire.offer('SIZE')) || undefined, utf8 });
    if (this.#needsReset) await this.#wire.reset(signal);
    this.#needsReset = true;
    this.sent++;
    const { response, accepted, refused } = await this.#wire.transmit(mail.from, possible, content, signal);
    this.#needsReset = response === '';
    const refusals = refused.map((error) => ({
      address: error.recipient ?? '',
      reply: this.#wire.clean(error.response ?? error.message),
      permanent: (error.responseCode ?? 0) >= 500,
    }));
    return { response, accepted, refused: [...impossible, ...refusals] };
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
  async #login(credentials: Credentials, signal: AbortSignal): Promise<void> {
    const offered = this.#wire.offer('AUTH');
    if (credentials.username === '' || offered === undefined) return;
    const safe = this.#wire.secure || isLocal(this.#server.host);
    const mechanisms = offered.split(' ').filter((name) => name !== '');
    let failure: AuthError | undefined;
    await this.#wire.converse(async (command) => {
      await authenticate(mechanisms, credentials, { safe, command }).catch((error: AuthError) => {
        failure = error;
      });
    }, signal);
    if (failure) {
      const { message, code } = failure as AuthError;
      throw new SmtpError('authenticate', message, code === undefined ? { permanent: true } : { code });
    }
  }

  #needsUtf8(address: string): string {
    return `"${address}" needs SMTPUTF8, which "${nameOf(this.#server)}" does not offer`;
  }
}

export async function loadSmtpClient(): Promise<typeof SMTPConnection> {
  return (await import('nodemailer/lib/smtp-connection')).default;
}

async function readCredentials({ username, identity, password, secret }: SmtpServer): Promise<Credentials> {
  const read = (source: SecretSource | undefined) => (username && source ? readSecret(source) : undefined);
  try {
    return { username, identity, password: await read(password), secret: await read(secret) };
  } catch (error) {
    throw new RetryableError(`could not read password or secret: ${(error as Error).message}`, 'authError');
  }
}
