import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { EmailConfig } from '../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../src/receivers/email/email.ts';
import type { SendReport } from '../../src/receivers/receiver.ts';
import { type TestContext, testContext } from '../receivers/support/context.ts';
import { emailConfig, secret } from '../receivers/support/email.ts';
import { alertWith, notificationOf } from '../receivers/support/notification.ts';
import { never } from '../receivers/support/until.ts';
import { type Certificate, certificates } from '../support/certificates.ts';
import { dkimPair, verifyDkim } from '../support/dkim.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { TestOAuth2Server } from '../support/oauth2-server.ts';
import { type Postfix, type Settings, startPostfix } from '../support/postfix.ts';
import { temporaryDirectory } from '../support/process.ts';

const certs = certificates();
const dkim = dkimPair('rsa');

const certificate = ({ certFile, keyFile }: Certificate): Settings => ({
  smtpd_tls_cert_file: certFile,
  smtpd_tls_key_file: keyFile,
});
const implicit = { smtpd_tls_wrappermode: 'yes', smtpd_tls_security_level: 'encrypt' };
/** Takes mail only after a login, by these mechanisms. */
const login = (mechanisms: string): Settings => ({
  smtpd_sasl_auth_enable: 'yes',
  smtpd_sasl_mechanism_filter: mechanisms,
  smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject',
});

/** Ways to reach the relay: what is different at each of its listeners. */
const LISTENERS = {
  plain: { smtpd_tls_security_level: 'none' },
  optional: { smtpd_tls_security_level: 'may' },
  required: { smtpd_tls_security_level: 'encrypt' },
  implicit,
  expired: { ...implicit, ...certificate(certs.expired) },
  wrongHost: certificate(certs.wrongHost),
  selfSigned: certificate(certs.selfSigned),
  client: { smtpd_tls_security_level: 'encrypt', smtpd_tls_req_ccert: 'yes', smtpd_tls_CAfile: certs.ca.certFile },
  PLAIN: login('plain'),
  LOGIN: login('login'),
  'CRAM-MD5': login('cram-md5'),
  XOAUTH2: login('xoauth2'),
  all: login('static:all'),
  small: { message_size_limit: '6000' },
  tiny: { message_size_limit: '900' },
  fewRecipients: { smtpd_recipient_limit: '1' },
  fewConnections: { smtpd_client_connection_count_limit: '2', smtpd_client_event_limit_exceptions: '' },
} satisfies Record<string, Settings>;

export type Listener = keyof typeof LISTENERS;

/** What a test has of a receiver that sends signed mail to one of the listeners. */
export interface RelayUser {
  readonly context: TestContext;
  readonly port: number;
  send(summary?: string): Promise<SendReport>;
  /** Connections that the listener has seen so far. */
  connections(): number;
  /** The mail as Postfix put it into a mailbox, and what a DKIM verifier says of it. */
  arrived(mailbox: string): Promise<{ raw: string; received: string; signature: string | undefined; text: string }>;
}

/**
 * Debian's Postfix with Dovecot for its logins and an OAuth 2 server for Dovecot's: a listener for each way to send mail,
 * mailboxes `ops@box.test` and `desk@box.test`, a user `tocsin`.
 */
export class MailRelay {
  static readonly password = 'p4ssw0rd-of-tocsin';
  readonly oauth2: TestOAuth2Server;
  readonly #dovecot: Dovecot;
  readonly #postfix: Postfix;
  readonly #mailboxes: ReturnType<typeof temporaryDirectory>;
  readonly #open: { close(): Promise<void> }[] = [];

  private constructor(
    oauth2: TestOAuth2Server,
    dovecot: Dovecot,
    postfix: Postfix,
    mailboxes: ReturnType<typeof temporaryDirectory>,
  ) {
    this.oauth2 = oauth2;
    this.#dovecot = dovecot;
    this.#postfix = postfix;
    this.#mailboxes = mailboxes;
  }

  static async start(): Promise<MailRelay> {
    const mailboxes = temporaryDirectory('mailboxes');
    // Delivery is nobody's.
    chmodSync(mailboxes.path, 0o777);
    const oauth2 = await TestOAuth2Server.start();
    const users = { tocsin: MailRelay.password };
    const dovecot = await startDovecot({ users, introspection: oauth2.url('/introspect') });
    const settings = {
      virtual_mailbox_domains: 'box.test',
      virtual_mailbox_maps: 'inline:{ {ops@box.test = ops/} {desk@box.test = desk/} }',
      virtual_mailbox_base: mailboxes.path,
      virtual_uid_maps: 'static:65534',
      virtual_gid_maps: 'static:65534',
      smtpd_tls_received_header: 'yes',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: dovecot.socket,
      smtpd_sasl_authenticated_header: 'yes',
    };
    const postfix = await startPostfix('', { listeners: LISTENERS, settings });
    return new MailRelay(oauth2, dovecot, postfix, mailboxes);
  }

  async use(listener: Listener, over: Partial<EmailConfig>): Promise<RelayUser> {
    const port = this.#postfix.ports.get(listener) ?? 0;
    const context = await testContext();
    const config = emailConfig(
      { host: 'localhost', port },
      {
        to: 'Ops <ops@box.test>',
        requireTls: true,
        dkim: { domain: 'example.org', selector: 's1', privateKey: secret(dkim.pem) },
        ...over,
      },
    );
    const receiver = createEmailReceiver(config, context);
    this.#open.push(receiver);
    const id = randomUUID().replaceAll('-', '');
    return {
      context,
      port,
      send: async (summary = 'Größe: 日本語 🔥') => {
        const notification = notificationOf([alertWith({}, { summary })], { id });
        return (await receiver.send(notification, never)) as SendReport;
      },
      connections: () => this.#postfix.log().split(`postfix/${listener}/smtpd`).filter(isConnect).length,
      arrived: (mailbox) => this.#arrived(mailbox, id),
    };
  }

  /** Ends the receivers made so far. */
  async closeUsers(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.close();
  }

  async stop(): Promise<void> {
    await this.#postfix.stop();
    await this.#dovecot.stop();
    await this.oauth2.close();
    this.#mailboxes.remove();
  }

  async #arrived(mailbox: string, id: string): ReturnType<RelayUser['arrived']> {
    const content = await contentOf(join(this.#mailboxes.path, mailbox, 'new'), id);
    // The file has the system's line ends.
    const raw = content.toString('latin1').replaceAll('\n', '\r\n');
    const parsed = await simpleParser(content);
    const [signature] = await verifyDkim([Buffer.from(raw, 'latin1')], { 's1._domainkey.example.org.': dkim.record });
    const received = String(parsed.headers.get('received')).replace(/\s+/g, ' ');
    return { raw, received, signature, text: parsed.text ?? '' };
  }
}

function isConnect(line: string): boolean {
  return /^\[\d+\]: connect from/.test(line);
}

async function contentOf(folder: string, id: string): Promise<Buffer> {
  for (;;) {
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const contents = files.map((file) => readFileSync(join(folder, file)));
    const found = contents.find((content) => content.includes(id));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
