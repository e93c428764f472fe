import type { Notification } from '../../alert/notification.ts';
import { severityRank } from '../../alert/severity.ts';
import { tlsOptions } from '../../http-client/tls-options.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { defineReceiver } from '../define-receiver.ts';
import { type Receiver, RecipientsRefusedError, RetryableError, type SendReport } from '../receiver.ts';
import { type EmailConfig, emailSchema } from './config.ts';
import { isAscii, uniqueAddresses } from './message/addresses.ts';
import { encodeMail, MAX_MESSAGE, type MessageLimits } from './message/compose.ts';
import { DkimSigner, SIGNATURE_SIZE, type SignMail } from './message/dkim.ts';
import type { Mail } from './message/mail.ts';
import { compileMail, type RenderedMail } from './message/render.ts';
import { threadIds } from './message/threading.ts';
import { warmUpSample } from './message/warm-up-sample.ts';
import { progressOf, toData } from './partial-deliveries.ts';
import type { Outgoing, Refusal } from './smtp/delivery.ts';
import type { Rendered } from './smtp/render-queue.ts';
import { Smarthosts } from './smtp/smarthosts.ts';
import type { Urgency } from './smtp/urgency-queue.ts';
import { emailTarget } from './target.ts';

/** An email that is ready to be sent. */
interface Made extends Rendered {
  readonly mail: Outgoing;
  /** Of its recipients' lists, what is no address. */
  readonly unusable: readonly Refusal[];
}

/**
 * Sends email over SMTP, on connections shared by all email receivers with the same server and login.
 * @throws TemplateError when a string of the configuration does not compile.
 */
export function createEmailReceiver(config: EmailConfig, context: ReceiverContext): Receiver {
  const to = config.recipients?.default.join(', ') || config.to;
  const render = compileMail({ ...config, to }, context.templates);
  const zones = context.directory.timeZones('email', (address) => emailTarget.parse(address)[0]?.id);
  const smarthosts = new Smarthosts(config, context);
  const signer = config.dkim && new DkimSigner(config.dkim);

  function send(notification: Notification, signal: AbortSignal): Promise<SendReport> {
    const urgency = urgencyOf(notification);
    const make = (): Promise<Made> => makeEmail(notification, urgency);
    const email = { ...urgency, estimate: estimateOf(notification) };
    return smarthosts.inTurn(email, signal, make, (made) => deliver(notification, made, signal));
  }

  async function makeEmail(notification: Notification, urgency: Urgency): Promise<Made> {
    // The server may have gone down while this email waited for its turn.
    const { downReason } = smarthosts;
    if (downReason !== undefined) throw new RetryableError(downReason);
    const { target } = notification;
    const data = await buildDataInTurns(notification, {
      ...context,
      ...(config.silenceLinks !== undefined && { silenceLinks: config.silenceLinks }),
      timeZone: target && zones.get(target.id),
    });
    const rendered = await render(data, notification.target);
    const mail = outgoing(notification, rendered, urgency, await signer?.ready());
    // Encoded here, before a connection is opened, as most servers will take it. What it is made of is kept as well.
    const bytes = 3 * mail.content({ size: undefined, utf8: true }).length;
    return { mail, unusable: rendered.unusable, bytes };
  }

  async function deliver(
    notification: Notification,
    { mail, unusable }: Made,
    signal: AbortSignal,
  ): Promise<SendReport> {
    const progress = progressOf(notification);
    const settled = new Set([...progress.accepted, ...progress.refused.map(({ address }) => address)]);
    const left = mail.to.filter((address) => !settled.has(address));
    const delivered = await smarthosts.deliver({ ...mail, to: left }, signal);
    for (const address of delivered.accepted) progress.accepted.add(address);
    const deferred = delivered.refused.filter(({ permanent }) => !permanent);
    progress.refused.push(...delivered.refused.filter(({ permanent }) => permanent));
    if (deferred.length > 0) {
      throw new RetryableError(
        `send RCPT command: ${deferred.length} of ${mail.to.length} recipients refused for now: ${list(deferred)}`,
        'serverError',
        { data: toData(notification, progress) },
      );
    }
    const refused = [...unusable, ...progress.refused];
    if (progress.accepted.size === 0) {
      throw new RecipientsRefusedError(`send RCPT command: all recipients refused: ${list(refused)}`, refused);
    }
    if (refused.length > 0) {
      context.logger.warn('Some recipients refused', { receiver: notification.receiver, refused: list(refused) });
    }
    return { response: delivered.response, refused, ...(notification.data && { data: {} }) };
  }

  function outgoing(
    notification: Notification,
    { bcc, ...rendered }: RenderedMail,
    urgency: Urgency,
    sign?: SignMail,
  ): Outgoing {
    const ids = threadIds(notification, config.threading, rendered.from.address);
    const mail: Mail = { ...rendered, ...ids, date: context.clock.now() };
    const to = uniqueAddresses([...mail.to, ...mail.cc, ...bcc]);
    const encode = ({ size = MAX_MESSAGE, utf8 }: MessageLimits): Buffer =>
      sign
        ? sign(encodeMail(mail, { size, utf8, reserve: SIGNATURE_SIZE }), mail.date)
        : encodeMail(mail, { size, utf8 });
    const usual = encode({ size: undefined, utf8: true });
    const ascii = [mail.from, ...mail.to, ...mail.cc, ...mail.replyTo].every(({ address }) => isAscii(address));
    const content = ({ size, utf8 }: MessageLimits): Buffer =>
      usual.length <= (size ?? MAX_MESSAGE) && (utf8 || ascii) ? usual : encode({ size, utf8 });
    return { from: mail.from.address, to, urgency, content };
  }

  async function warmUpTemplates(): Promise<void> {
    const mail = await render(await buildDataInTurns(warmUpSample(context.clock.now()), context), undefined);
    encodeMail({ ...mail, messageId: '', root: '', date: 0 }, { size: undefined, utf8: true });
  }

  return {
    send,
    ...(config.recipients && {
      recipients: { ...config.recipients, kind: 'email', target: emailTarget, configured: to },
    }),
    endpoint: {
      get downReason() {
        return smarthosts.downReason;
      },
      onUp: (notification, callback) => smarthosts.onUp(urgencyOf(notification), callback),
    },
    setsAside: true,
    ...(config.rateLimit && { rateLimit: config.rateLimit }),
    // What fails here may work for other alerts and at other times; if not, sending reports it.
    warmUp: async () => void (await Promise.allSettled([warmUpTls(config), warmUpTemplates()])),
    close: () => smarthosts.close(),
  };
}

export const email = defineReceiver({ ...emailSchema, create: createEmailReceiver });

/** The root certificates, which the first session would have to wait for. */
async function warmUpTls({ requireTls, forceImplicitTls, tls }: EmailConfig): Promise<void> {
  if (requireTls || forceImplicitTls) await tlsOptions(tls);
}

/** Of firing alerts. A resolved notification can wait. */
function urgencyOf({ alerts, now }: Notification): Urgency {
  let severity = severityRank('');
  for (const { alert, status } of alerts) {
    if (status === 'firing') severity = Math.min(severity, severityRank(alert.labels.get('severity')));
  }
  return { severity, since: now };
}

/** Bytes in memory, roughly: the texts of the alerts in both parts and encoded, and the templates' own. */
function estimateOf({ alerts }: Notification): number {
  let texts = 0;
  for (const { alert } of alerts) {
    for (const text of alert.labels.pairs) texts += text.length;
    for (const text of alert.annotations.pairs) texts += text.length;
  }
  return Math.min(100_000 + 10_000 * alerts.length + 6 * texts, 3 * MAX_MESSAGE);
}

function list(refusals: readonly Refusal[]): string {
  const shown = refusals.slice(0, 10).map(({ address, reply }) => `${address}: ${reply}`);
  const more = refusals.length > shown.length ? `; and ${refusals.length - shown.length} more` : '';
  return shown.join('; ') + more;
}
