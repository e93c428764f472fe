import { afterEach, describe, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { SmtpCircuit } from '../../../src/receivers/email/smtp/circuit.ts';
import { type Urgency, UrgencyQueue } from '../../../src/receivers/email/smtp/urgency-queue.ts';
import { RetryableError } from '../../../src/receivers/receiver.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { freePort } from '../../support/ports.ts';
import { type SmtpFault, type SmtpServerOptions, type SmtpStage, TestSmtpServer } from '../../support/smtp-server.ts';
import { circuitClosed, circuitsOpen } from '../support/circuit.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { failure, never, until } from '../support/until.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setUp(options: SmtpServerOptions = {}, over: Partial<EmailConfig> = {}) {
  const server = await TestSmtpServer.start(options);
  const context = await testContext();
  const receiver = createEmailReceiver(emailConfig(server, over), context);
  open.push(server, receiver);
  const send = (alert?: NotifiedAlert, now?: number) =>
    receiver.send(notificationOf(alert && [alert], now === undefined ? {} : { now }), never);
  return { server, context, receiver, send };
}

describe('a mail server that cannot be reached', () => {
  it('costs one connection, not one for each email, and every mail says why', async () => {
    const { server, context, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    expect((await failure(send())).message).toBe('create SMTP client: 421 4.3.2 Down');
    const errors = await Promise.all(Array.from({ length: 25 }, () => failure(send())));
    expect(errors[0]).toBeInstanceOf(RetryableError);
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set([
        `mail server "${server.smarthost}" unreachable since 2026-03-01T08:20:00Z: create SMTP client: 421 4.3.2 Down`,
      ]),
    );
    expect(server.connections).toBe(1);
    expect(await circuitsOpen(context)).toBe(1);
  });

  it('is tried by at most ten emails that come at once, and then by none', async () => {
    const { server, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    await Promise.all(Array.from({ length: 25 }, () => failure(send())));
    expect(server.connections).toBeLessThanOrEqual(10);
  });

  it('is looked at by one probe at a time, with growing intervals, and reports the last failure', async () => {
    const { server, context, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    await failure(send());
    await context.clock.advance(1_200);
    await until(() => server.connections === 2);
    server.recover();
    server.fail('EHLO', '451 4.3.0 Soon');
    await until(() => server.open === 0);
    await settle();
    // The probe was sent after 0.8 s at the soonest, the next is after another 1.6 s.
    await context.clock.advance(1_100);
    expect(server.connections).toBe(2);
    await context.clock.advance(1_300);
    await until(() => server.connections === 3);
    await until(() => server.open === 0);
    await settle();
    expect((await failure(send())).message).toBe(
      `mail server "${server.smarthost}" unreachable since 2026-03-01T08:20:00Z: send EHLO command: 451 4.3.0 Soon`,
    );
  });

  it('that is back takes email again, on the connection of the probe', async () => {
    const { server, context, receiver, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    await failure(send());
    let released = 0;
    const wait = (): Promise<void> =>
      new Promise((resolve) => {
        receiver.endpoint?.onUp(notificationOf(), () => {
          released++;
          resolve();
        });
      });
    const waits = [wait()];
    receiver.endpoint?.onUp(notificationOf(), () => released++)();
    expect(receiver.endpoint?.downReason).toMatch(/^mail server ".*" unreachable since /);
    server.recover();
    await context.clock.advance(1_200);
    await Promise.all(waits);
    expect([released, receiver.endpoint?.downReason]).toEqual([1, undefined]);
    expect(await circuitsOpen(context)).toBe(0);
    await send();
    expect(server.mails.map(({ connection }) => connection)).toEqual([2]);
    await wait();
    expect(released).toBe(2);
  });

  it('lets twenty emails go at once, the most severe first, and another with each that is sent', async () => {
    const { server, context, receiver, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    await failure(send());
    const severities = [...Array.from({ length: 15 }, () => 'info'), ...Array.from({ length: 10 }, () => 'critical')];
    const woken: string[] = [];
    for (const severity of severities) {
      receiver.endpoint?.onUp(notificationOf([alertWith({ severity })]), () => woken.push(severity));
    }
    server.recover();
    await circuitClosed(context);
    expect(woken).toEqual([...severities.slice(15), ...severities.slice(0, 10)]);
    for (let i = 0; i < 3; i++) await send();
    await settle();
    expect(woken).toHaveLength(23);
  });

  it.each<[SmtpStage, SmtpFault]>([
    ['CONNECT', 'drop'],
    ['EHLO', 'drop'],
    ['STARTTLS', '454 4.7.0 TLS not available'],
    ['HANDSHAKE', 'drop'],
  ])('since it fails at %s (%s) is left alone', async (stage, fault) => {
    const { server, context, send } = await setUp({ tls: 'starttls' }, { requireTls: true });
    server.fail(stage, fault);
    await failure(send());
    expect(await circuitsOpen(context)).toBe(1);
    server.recover();
    await circuitClosed(context);
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it.each<[SmtpStage, SmtpFault]>([
    ['AUTH', '535 5.7.8 No'],
    ['AUTH', '454 4.7.0 Directory down'],
    ['MAIL', '451 4.3.0 Later'],
    ['RCPT', '450 4.2.0 Greylisted'],
    ['END', 'drop'],
  ])('is none that fails at %s with %s', async (stage, fault) => {
    const auth = { username: 'relay', password: 'p4ssw0rd' };
    const { server, context, send } = await setUp(
      { auth },
      { authUsername: 'relay', authPassword: secret('p4ssw0rd') },
    );
    server.fail(stage, fault);
    await failure(send());
    expect(await circuitsOpen(context)).toBe(0);
  });

  it('is none whose probe only cannot log in: the emails say so themselves', async () => {
    const auth = { username: 'relay', password: 'p4ssw0rd' };
    const { server, context, send } = await setUp({ auth }, { authUsername: 'relay', authPassword: secret('wrong') });
    server.fail('CONNECT', '421 4.3.2 Down', { times: 1 });
    await failure(send());
    await circuitClosed(context);
    expect((await failure(send())).message).toBe('PLAIN auth: 535 5.7.8 Authentication credentials invalid');
  });

  it('leaves its email to the next smarthost, without a connection of its own', async () => {
    const { server, context } = await setUp();
    const port = await freePort();
    const smarthosts = [
      { host: 'localhost', port },
      { host: server.host, port: server.port },
    ];
    const receiver = createEmailReceiver(emailConfig(server, { smarthosts }), context);
    open.push(receiver);
    await receiver.send(notificationOf(), never);
    const dead = await TestSmtpServer.start({ port });
    open.push(dead);
    await receiver.send(notificationOf(), never);
    expect([dead.connections, server.mails.length]).toEqual([0, 2]);
  });

  it('is not looked at any more once nobody needs it', async () => {
    const { server, context, receiver, send } = await setUp();
    server.fail('CONNECT', '421 4.3.2 Down');
    await failure(send());
    await receiver.close();
    expect(context.clock.pending).toBe(0);
    expect(await circuitsOpen(context)).toBe(0);
  });

  it('still takes email on connections that are open', async () => {
    const { server, context, send } = await setUp();
    await send();
    server.fail('CONNECT', '554 5.3.2 Full');
    const both = await Promise.allSettled([send(), send()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await circuitsOpen(context)).toBe(1);
    await send();
    expect(server.mails.map(({ connection }) => connection)).toEqual([1, 1, 1]);
  });
});

describe('the pause between probes', () => {
  it('doubles from one second to a minute, a fifth more or less', async () => {
    const clock = new FakeClock();
    const at: number[] = [];
    let random = 0.5;
    const circuit: SmtpCircuit = new SmtpCircuit({
      clock,
      server: 'mx.example:25',
      probe: () => {
        at.push(clock.monotonic());
        circuit.probeFailed('no');
      },
      onChange: () => {},
      random: () => random,
    });
    circuit.trip('no');
    circuit.trip('no');
    await clock.advance(400_000);
    expect(at.map((time, i) => time - (at[i - 1] ?? 0)).slice(0, 9)).toEqual(
      [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000),
    );
    circuit.close();
    at.length = 0;
    random = 0;
    circuit.trip('no');
    await clock.advance(800);
    expect(at).toHaveLength(1);
    random = 1;
    circuit.close();
    circuit.trip('no');
    await clock.advance(1_199);
    expect(at).toHaveLength(1);
    await clock.advance(1);
    expect(at).toHaveLength(2);
  });
});

describe('waiting emails', () => {
  it('go the most severe first, then the oldest', () => {
    const queue = new UrgencyQueue<Urgency>();
    const waiter = (severity: number, since: number): Urgency => ({ severity, since });
    const mails = [waiter(2, 5), waiter(6, 1), waiter(0, 9), waiter(2, 4), waiter(0, 9), waiter(1, 7)];
    for (const mail of mails) queue.add(mail);
    const order: Urgency[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next);
    expect(order).toEqual([mails[2], mails[4], mails[5], mails[3], mails[0], mails[1]]);
    expect(order[0]).toBe(mails[2]);
  });

  it('of a server that is busy are sent in that order', async () => {
    const { server, receiver, send } = await setUp();
    const stop = new AbortController();
    server.fail('DATA', 'hang', { times: 1 });
    const stuck = failure(receiver.send(notificationOf(), stop.signal));
    await until(() => server.commands.includes('DATA'));
    server.fail('CONNECT', '421 4.7.0 Too many connections', { when: () => server.open > 1 });
    const sent = [
      send(alertWith({ severity: 'info' }, { summary: 'e' })),
      send(alertWith({ severity: 'warning' }, { summary: 'd' }), 2_000),
      send(alertWith({ severity: 'critical' }, { summary: 'a' })),
      send(alertWith({ severity: 'warning' }, { summary: 'c' }), 1_000),
      send(alertWith({ severity: 'high' }, { summary: 'b' })),
    ];
    await until(() => server.connections > 1 && server.open === 1);
    // All of them are rendered, and wait.
    for (let i = 0; i < 50; i++) await settle();
    stop.abort(new Error('enough'));
    await stuck;
    await Promise.all(sent);
    expect(server.mails.map(({ raw }) => /DiskFull: (\w)/.exec(raw)?.[1])).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('metrics', () => {
  it('count emails, refused recipients and open connections', async () => {
    const { server, context, receiver, send } = await setUp({}, { to: 'a@example.org, b@example.org, c@example.org' });
    const { metrics: all } = context;
    const counts = async () => {
      const mails = [all.tocsinMailsSentTotal, all.tocsinMailsRefusedTotal];
      const metrics = [...mails, all.tocsinMailRecipientsRejectedTotal, all.tocsinSmtpConnections];
      return (await Promise.all(metrics.map((metric) => metric.get()))).map(({ values }) => values[0]?.value);
    };
    await send();
    expect(await counts()).toEqual([1, 0, 0, 1]);
    server.fail('RCPT', '550 5.1.1 No such user', { when: (line) => !line.includes('<a@') });
    await send();
    expect(await counts()).toEqual([2, 0, 2, 1]);
    server.recover();
    server.fail('END', '554 5.7.1 Spam');
    await failure(send());
    expect(await counts()).toEqual([2, 1, 2, 1]);
    server.recover();
    server.fail('RCPT', '450 4.2.0 Later');
    await failure(send());
    expect(await counts()).toEqual([2, 1, 2, 1]);
    server.recover();
    server.fail('RCPT', '550 5.1.1 No such user');
    await failure(send());
    expect(await counts()).toEqual([2, 2, 2, 1]);
    await receiver.close();
    expect(await counts()).toEqual([2, 2, 2, 0]);
    server.fail('CONNECT', 'drop');
    expect(await context.metrics.text()).toContain(`tocsin_smtp_circuit_open{smarthost="${server.smarthost}"} 0\n`);
  });
});
