import { afterEach, expect, it } from 'vitest';
import { RetryableError } from '../../../src/receivers/receiver.ts';
import { load } from '../../config/support.ts';
import { certificates } from '../../support/certificates.ts';
import { Rsyslog } from '../../support/rsyslog.ts';
import { testContext } from '../support/context.ts';
import { notificationOf } from '../support/notification.ts';
import { rhacsAlert } from '../support/rhacs.ts';
import { failure, never, until } from '../support/until.ts';

const NOW = Date.parse('2026-08-20T19:14:03Z');

let server: Rsyslog | undefined;
afterEach(async () => {
  await server?.stop();
});

async function sendTo(entry: object, count = 3): Promise<void> {
  const text = JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', syslog_configs: [entry] }] });
  const receiver = load(text).receivers[0]?.integrations[0]?.build(await testContext());
  if (!receiver) throw new Error('no receiver');
  const alert = await rhacsAlert('01-deploy-email-annotation', NOW);
  await receiver.send(
    notificationOf(
      Array.from({ length: count }, () => alert),
      { now: NOW },
    ),
    never,
  );
  await receiver.close();
}

it.each(['octet_counting', 'newline'])('rsyslog takes messages over TCP, framed by %s', async (framing) => {
  server = await Rsyslog.start('tcp');
  await sendTo({ address: `tcp://127.0.0.1:${server.port}`, framing, hostname: 'central' });
  await until(() => server?.messages.length === 3);
  expect(server.messages[0]).toMatchObject({ pri: '132', hostname: 'central', 'app-name': 'tocsin', msgid: 'Alert' });
  expect(server.messages[2]?.msg).toMatch(
    /^ ?CEF:0\|StackRox\|Kubernetes Security Platform\|.*\|Privileged Container\|5\|/,
  );
});

it('rsyslog takes messages over TLS from a client that shows its certificate', async () => {
  server = await Rsyslog.start('tls');
  const { ca, client } = certificates();
  const address = `tls://localhost:${server.port}`;
  await sendTo({ address, tls_config: { ca_file: ca.certFile, cert_file: client.certFile, key_file: client.keyFile } });
  await until(() => server?.messages.length === 3);
  expect(await failure(sendTo({ address, tls_config: { ca_file: client.certFile } }))).toBeInstanceOf(RetryableError);
});

it('a message over UDP comes when it is asked for', async () => {
  server = await Rsyslog.start('udp');
  const address = `udp://127.0.0.1:${server.port}`;
  // A datagram may come before the server listens.
  while (server.messages.length === 0) {
    await sendTo({ address }, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(server.messages[0]?.msg).toContain('CEF:0|StackRox');
});
