import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { type Certificate, certificates } from './certificates.ts';

/**
 * Where a fault strikes: before the greeting, at a command, in the TLS handshake after STARTTLS, or (END) after the
 * whole message has come in and before its 250.
 */
export type SmtpStage =
  | 'CONNECT'
  | 'EHLO'
  | 'STARTTLS'
  | 'HANDSHAKE'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'END'
  | 'RSET';

/** A reply such as `451 4.7.1 Greylisted`, silence, or a cut connection. At END, 'hang' and 'drop' keep the mail. */
export type SmtpFault = `${number} ${string}` | 'hang' | 'drop';

export interface SmtpServerOptions {
  /** Default 'none'. STARTTLS is then not advertised either. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
  /** Default: `certificates().good`. */
  readonly certificate?: Certificate;
  /** Asks for a client certificate of this CA. */
  readonly clientCa?: string;
  /** Absent: AUTH is not advertised. With it, mail without it is refused. Also taken without TLS. */
  readonly auth?: {
    readonly username: string;
    readonly password: string;
    readonly methods?: readonly string[];
    /** For XOAUTH2. */
    readonly accepts?: (token: string) => boolean;
  };
  /** The connection after this many gets `421`. */
  readonly maxClients?: number;
  /** After so many messages a connection gets this reply at this stage, for each further one. */
  readonly messages?: { readonly count: number; readonly stage: SmtpStage; readonly reply: SmtpFault };
  /** Announced by SIZE, and enforced. */
  readonly size?: number;
  /** Default 127.0.0.1; another of 127/8 is a host that is not `localhost`. */
  readonly address?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** Extensions that are not offered. */
  readonly hide?: readonly ('PIPELINING' | 'SMTPUTF8' | '8BITMIME')[];
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, one character a byte. */
  readonly raw: string;
  readonly parsed: ParsedMail;
  /** 1 for the server's first connection. */
  readonly connection: number;
  readonly secure: boolean;
  /** The name it logged in with, or ''. */
  readonly user: string;
  readonly hello: string;
}

interface Plan {
  readonly fault: SmtpFault;
  left: number;
  readonly when: (line: string) => boolean;
}

/** What of smtp-server's connection is needed here. */
interface Wire {
  readonly id: string;
  readonly _closing: boolean;
  connectionReady(): void;
  readonly _socket: Socket | TLSSocket;
  readonly _nextHandler: unknown;
  _onCommand(command: Buffer | string, done?: () => void): void;
}

/**
 * A real SMTP server in this process (smtp-server) whose mails are parsed (mailparser), and which fails where it is
 * told to:
 *
 *     const server = await TestSmtpServer.start({ tls: 'starttls', auth: { username: 'u', password: 'p' } });
 *     server.fail('RCPT', '550 5.1.1 No such user', { when: (line) => line.includes('bob') });
 *     const [mail] = await server.waitForMails(1);
 *     await server.close();
 */
export class TestSmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** Every command line that came, in order; `AUTH` continuations and message content left out. */
  readonly commands: string[] = [];
  /** Connections accepted so far, open now, and open at once at most; refused ones (maxClients) left out. */
  connections = 0;
  open = 0;
  peak = 0;
  readonly host: string;
  readonly #server: SMTPServer;
  readonly #plans = new Map<SmtpStage, Plan[]>();
  readonly #numbers = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  readonly #limit: SmtpServerOptions['messages'];

  private constructor(options: SmtpServerOptions) {
    this.host = options.address ?? 'localhost';
    this.#limit = options.messages;
    this.#server = new SMTPServer({ ...toOptions(options), ...this.#handlers(options) });
    this.#server.on('error', () => {});
    this.#greetAtOnce();
  }

  static async start(options: SmtpServerOptions = {}): Promise<TestSmtpServer> {
    const server = new TestSmtpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.server.once('error', reject);
      server.#server.listen(options.port ?? 0, options.address ?? '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.server.address() as { port: number }).port;
  }

  /** `HOST:PORT`, as a smarthost is written. */
  get smarthost(): string {
    return `${this.host}:${this.port}`;
  }

  /** Fails at a stage: the next `times` times (default: always), for command lines that `when` accepts. */
  fail(stage: SmtpStage, fault: SmtpFault, only: { times?: number; when?: (line: string) => boolean } = {}): void {
    const plans = this.#plans.get(stage) ?? [];
    this.#plans.set(stage, [...plans, { fault, left: only.times ?? Infinity, when: only.when ?? (() => true) }]);
  }

  /** Takes all faults back. Connections that hang go on hanging. */
  recover(): void {
    this.#plans.clear();
  }

  /** Cuts every connection that is open now, as a server's idle timeout or restart does. */
  dropConnections(): void {
    for (const wire of this.#wires()) wire._socket.destroy();
  }

  /** Resolves with all mails once there are at least `count`. */
  async waitForMails(count: number): Promise<readonly ReceivedMail[]> {
    while (this.mails.length < count) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.mails;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(resolve));
    this.dropConnections();
    await closed;
  }

  #handlers(options: SmtpServerOptions): SMTPServerOptions {
    return {
      onConnect: (session, done) => {
        this.connections++;
        this.open++;
        this.peak = Math.max(this.peak, this.open);
        this.#numbers.set(session.id, this.connections);
        const wire = this.#wires().find(({ id }) => id === session.id) as Wire;
        this.#intercept(wire);
        const fault = this.#take('CONNECT', '');
        if (fault === undefined) done();
        else this.#strike(fault, wire, () => {});
      },
      onClose: (session) => {
        if (this.#numbers.delete(session.id)) this.open--;
      },
      onAuth: (auth, _session, done) => {
        const wanted = options.auth;
        if (auth.method === 'XOAUTH2') {
          if (auth.username === wanted?.username && wanted?.accepts?.(auth.accessToken ?? '')) {
            done(null, { user: auth.username });
          } else done(null, { data: { status: '401', schemes: 'bearer', scope: 'https://mail.test/' } });
          return;
        }
        const passed =
          auth.method === 'CRAM-MD5'
            ? auth.validatePassword(wanted?.password ?? '')
            : auth.password === wanted?.password;
        if (wanted && auth.username === wanted.username && passed) done(null, { user: auth.username });
        else done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (stream.sizeExceeded) done(Object.assign(new Error('5.3.4 Message too big'), { responseCode: 552 }));
          else void this.#finish(Buffer.concat(chunks), session, done);
        });
      },
    };
  }

  async #finish(content: Buffer, session: SMTPServerSession, done: (error?: Error | null, text?: string) => void) {
    const fault = this.#overLimit('END', session.id) ?? this.#take('END', '');
    if (fault !== undefined && fault !== 'hang' && fault !== 'drop') {
      done(Object.assign(new Error(fault.slice(4)), { responseCode: Number(fault.slice(0, 3)) }));
      return;
    }
    const { mailFrom, rcptTo } = session.envelope;
    this.mails.push({
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
      raw: content.toString('latin1'),
      parsed: await simpleParser(content),
      connection: this.#numbers.get(session.id) ?? 0,
      secure: session.secure,
      user: String(session.user ?? ''),
      hello: session.hostNameAppearsAs,
    });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    if (fault === undefined) done(null, `2.0.0 Ok: queued as MAIL${this.mails.length}`);
    else if (fault === 'drop')
      this.#wires()
        .find(({ id }) => id === session.id)
        ?._socket.destroy();
  }

  /** smtp-server holds its greeting back for 100 ms to catch clients that speak first. */
  #greetAtOnce(): void {
    const connect = this.#server.connect.bind(this.#server);
    this.#server.connect = (socket, options) => {
      connect(socket, options);
      const wire = this.#wires().at(-1);
      if (wire === undefined || wire._closing) return;
      const greet = wire.connectionReady.bind(wire);
      wire.connectionReady = () => {};
      greet();
    };
  }

  #wires(): Wire[] {
    return [...this.#server.connections] as unknown as Wire[];
  }

  #intercept(wire: Wire): void {
    const pass = wire._onCommand.bind(wire);
    wire._onCommand = (command, done = () => {}) => {
      if (wire._nextHandler) {
        pass(command, done);
        return;
      }
      const line = command.toString();
      this.commands.push(line);
      const verb = (line.split(' ')[0] ?? '').toUpperCase();
      const stage = (verb === 'HELO' ? 'EHLO' : verb) as SmtpStage;
      const fault = this.#overLimit(stage, wire.id) ?? this.#take(stage, line);
      const broken = verb === 'STARTTLS' ? this.#take('HANDSHAKE', line) : undefined;
      if (fault !== undefined) this.#strike(fault, wire, done);
      else if (broken !== undefined) wire._socket.write('220 Go ahead\r\n', () => this.#strike(broken, wire, () => {}));
      else pass(command, done);
    };
  }

  #strike(fault: SmtpFault, wire: Wire, done: () => void): void {
    if (fault === 'drop') wire._socket.destroy();
    else if (fault !== 'hang') {
      wire._socket.write(`${fault}\r\n`);
      if (fault.startsWith('421')) wire._socket.end();
      else done();
    }
  }

  #overLimit(stage: SmtpStage, id: string): SmtpFault | undefined {
    const carried = this.mails.filter(({ connection }) => connection === this.#numbers.get(id)).length;
    return this.#limit?.stage === stage && carried >= this.#limit.count ? this.#limit.reply : undefined;
  }

  #take(stage: SmtpStage, line: string): SmtpFault | undefined {
    const plan = this.#plans.get(stage)?.find(({ left, when }) => left > 0 && when(line));
    if (plan) plan.left--;
    return plan?.fault;
  }
}

function toOptions(options: SmtpServerOptions): SMTPServerOptions {
  const { tls = 'none', certificate = certificates().good, auth, hide = [] } = options;
  const disabledCommands = [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(auth ? [] : ['AUTH'])];
  return {
    secure: tls === 'implicit',
    cert: certificate.cert,
    key: certificate.key,
    // Weak keys too: what is tested is the client.
    ciphers: 'DEFAULT@SECLEVEL=0',
    ...(options.clientCa && { ca: options.clientCa, requestCert: true, rejectUnauthorized: true }),
    name: 'mx.test',
    disabledCommands,
    allowInsecureAuth: true,
    authMethods: [...(auth?.methods ?? ['PLAIN', 'LOGIN'])],
    ...(options.maxClients !== undefined && { maxClients: options.maxClients }),
    ...(options.size !== undefined && { size: options.size }),
    hidePIPELINING: hide.includes('PIPELINING'),
    hideSMTPUTF8: hide.includes('SMTPUTF8'),
    hide8BITMIME: hide.includes('8BITMIME'),
    disableReverseLookup: true,
    maxAllowedUnauthenticatedCommands: false,
    closeTimeout: 1,
    logger: false,
  };
}
