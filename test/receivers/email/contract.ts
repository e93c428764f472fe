import { TestSmtpServer } from '../../support/smtp-server.ts';
import type { ReceiverContract } from '../contract.ts';

export const contract: ReceiverContract = {
  failures: [
    { name: '451 to MAIL', failure: ['MAIL', '451 4.3.0 Later'], retryable: true, reason: 'serverError' },
    { name: '450 to RCPT', failure: ['RCPT', '450 4.2.0 Greylisted'], retryable: true, reason: 'serverError' },
    { name: '454 to AUTH', failure: ['AUTH', '454 4.7.0 not s3cret-1'], retryable: true, reason: 'authError' },
    { name: '535 to AUTH', failure: ['AUTH', '535 5.7.8 not s3cret-1'], retryable: false, reason: 'authError' },
    { name: '550 to RCPT', failure: ['RCPT', '550 5.1.1 No such user'], retryable: false, reason: 'clientError' },
    { name: '554 after the message', failure: ['END', '554 5.7.1 Spam'], retryable: false, reason: 'clientError' },
    { name: 'a connection that is reset', failure: ['EHLO', 'drop'], retryable: true, reason: 'other' },
  ],
  start: async () => {
    const auth = { username: 'tocsin', password: 's3cret-1' };
    const server = await TestSmtpServer.start({ auth });
    return {
      entry: {
        to: 'ops@example.org',
        from: 'tocsin@example.org',
        smarthost: server.smarthost,
        require_tls: false,
        auth_username: auth.username,
        auth_password: auth.password,
        send_resolved: true,
      },
      secrets: [auth.password],
      get attempts() {
        return server.connections;
      },
      shown: async () => server.mails.map(({ parsed }) => `${parsed.subject}\n${parsed.text}`),
      fail: (failure) => server.fail(...(failure as Parameters<TestSmtpServer['fail']>)),
      hang: () => server.fail('DATA', 'hang'),
      close: () => server.close(),
    };
  },
};
