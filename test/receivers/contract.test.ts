import { afterEach, describe, expect, it } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../src/receivers/receiver.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { load, problemsOf } from '../config/support.ts';
import { TestHttpServer } from '../support/http-server.ts';
import type { Peer, ReceiverContract } from './contract.ts';
import { testContext } from './support/context.ts';
import { expectNoSecrets } from './support/no-secrets.ts';
import { alertWith, notificationOf } from './support/notification.ts';
import { failure, never, until } from './support/until.ts';

/** What an alert may try to be in the service's markup, in a template, in a header. */
const HOSTILE = '<b>x</b> *y* _z_ `c` [l](http://evil.example) <!channel> @here {{ .X }} %s "q" \\ é 🔥';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function textOf(kind: string, { entry, global = {} }: Pick<Peer, 'entry' | 'global'>, more: object = {}): string {
  const receivers = [{ name: 'r', [`${kind}_configs`]: [{ ...entry, ...more }] }];
  return JSON.stringify({ global, route: { receiver: 'r' }, receivers });
}

async function setUp(kind: string, contract: ReceiverContract, more: object = {}) {
  const peer = await contract.start();
  const context = await testContext();
  const config = load(textOf(kind, peer, more));
  const receiver = config.receivers[0]?.integrations[0]?.build(context);
  if (!receiver) throw new Error(`no receiver of ${kind}`);
  open.push(peer, receiver);
  const send = (notification = notificationOf(), signal = never) => receiver.send(notification, signal);
  return { peer, context, config, receiver, send };
}

for (const { kind, key } of receiverKinds) {
  const { contract } = (await import(`./${kind}/contract.ts`)) as { contract: ReceiverContract };

  describe(`an entry of ${key}`, () => {
    it('sends a notification once', async () => {
      const { peer, send } = await setUp(kind, contract);
      await send();
      expect(await peer.shown()).toEqual([expect.stringContaining('Disk 95 % full')]);
    });

    it.each(contract.failures)('$name: retryable $retryable, reason $reason', async (expected) => {
      const { peer, context, config, send } = await setUp(kind, contract);
      peer.fail(expected.failure);
      const error = await failure<DeliveryError>(send());
      expect(error).toBeInstanceOf(expected.retryable ? RetryableError : PermanentError);
      expect(error.reason).toBe(expected.reason);
      if (expected.retryAfter !== undefined) expect(error).toMatchObject({ retryAfter: expected.retryAfter });
      expectNoSecrets([error, context.logged, await context.metrics.text(), config.original], peer.secrets);
    });

    it('tries again where nobody listens', async () => {
      const { peer, send } = await setUp(kind, contract);
      await peer.close();
      open.splice(0, 1);
      const error = await failure<DeliveryError>(send());
      expect(error).toBeInstanceOf(RetryableError);
      expectNoSecrets(error, peer.secrets);
    });

    it.each([
      [new Error('stopping'), 'contextCanceled'],
      [new DOMException('too slow', 'TimeoutError'), 'contextDeadlineExceeded'],
    ])('ends when its signal aborts by %s, and is tried again', async (reason, label) => {
      const { peer, send } = await setUp(kind, contract);
      peer.hang();
      const abort = new AbortController();
      const attempt = failure<DeliveryError>(send(undefined, abort.signal));
      await until(() => peer.attempts > 0);
      abort.abort(reason);
      const error = await attempt;
      expect([error.retryable, error.reason]).toEqual([true, label]);
      expectNoSecrets(error, peer.secrets);
    });

    it('shows the text of alerts as it is', async () => {
      const { peer, send } = await setUp(kind, contract);
      await send(notificationOf([alertWith({}, { summary: HOSTILE })]));
      expect((await peer.shown()).join('\n').replace(/\s+/g, ' ')).toContain(HOSTILE);
    });

    it('takes text that is no text: control characters, halves of characters, commands, much of it', async () => {
      const { peer, send } = await setUp(kind, contract);
      const hostile = `a\0b\ud800c\r\nBcc: evil@example.org\r\n\r\n.\r\nQUIT\r\n\u202ed${'x'.repeat(50_000)}`;
      await send(
        notificationOf([alertWith({ alertname: hostile, instance: hostile }, { summary: hostile })], {
          groupLabels: LabelSet.of({ alertname: hostile }),
        }),
      );
      expect(await peer.shown()).toHaveLength(1);
    });

    it('says whether resolved alerts are notified', async () => {
      const peer = await contract.start();
      open.push(peer);
      for (const sendResolved of [true, false]) {
        const config = load(textOf(kind, peer, { send_resolved: sendResolved }));
        expect(config.receivers[0]?.integrations[0]?.sendResolved).toBe(sendResolved);
      }
    });

    it('notifies of no more than max_alerts, where the kind has it', async () => {
      const bounded = { max_alerts: 2 };
      const peer = await contract.start();
      open.push(peer);
      if (problemsOf(textOf(kind, peer, bounded)).some((problem) => problem.includes('unknown key'))) return;
      const { peer: asked, send } = await setUp(kind, contract, bounded);
      const alerts = [1, 2, 3].map((n) => alertWith({ instance: `db-${n}` }, { summary: `disk of db-${n} full` }));
      await send(notificationOf(alerts));
      const text = (await asked.shown()).join();
      expect([1, 2, 3].map((n) => text.includes(`disk of db-${n} full`))).toEqual([true, true, false]);
    });

    it('shows no secret in config.original', async () => {
      const { peer, config } = await setUp(kind, contract);
      expectNoSecrets(config.original, peer.secrets);
    });

    it('takes no credentials to another host', async () => {
      const elsewhere = await TestHttpServer.start();
      open.push(elsewhere);
      const { peer, send } = await setUp(kind, contract);
      if (!peer.redirect) return;
      peer.redirect(elsewhere.url('/', 'localhost'));
      await send().catch(() => {});
      for (const { url, headers } of elsewhere.requests) expectNoSecrets([url, headers], peer.secrets);
    });
  });
}
