import { Secret } from '../../../src/config/secret.ts';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { certificates } from '../../support/certificates.ts';
import type { TestSmtpServer } from '../../support/smtp-server.ts';

/** An `email_configs` entry for a test server, as the configuration would hold it. */
export function emailConfig(
  server: Pick<TestSmtpServer, 'host' | 'port'>,
  over: Partial<EmailConfig> = {},
): EmailConfig {
  return {
    to: 'Ops <ops@example.org>',
    cc: '',
    bcc: '',
    from: 'Tocsin <tocsin@example.org>',
    replyTo: '',
    smarthosts: [{ host: server.host, port: server.port }],
    hello: 'tocsin.example',
    authUsername: '',
    authIdentity: '',
    authPassword: undefined,
    authSecret: undefined,
    oauth2: undefined,
    dkim: undefined,
    proxyUrl: undefined,
    lmtp: false,
    requireTls: false,
    forceImplicitTls: undefined,
    tls: { ca: certificates().ca.cert, insecureSkipVerify: false },
    headers: new Map(),
    template: undefined,
    html: undefined,
    text: undefined,
    rateLimit: undefined,
    recipients: undefined,
    threading: { enabled: false, byDate: 'none' },
    ...over,
  };
}

export const secret = (text: string) => ({ value: new Secret(text) });
