import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { objectAt } from '../../sources/json.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { createEventReceiver } from '../events/event-receiver.ts';
import { type Pruned, prune } from '../events/prune.ts';
import type { SecurityEvent } from '../events/security-event.ts';
import { httpConfigOf } from '../http-config-of.ts';
import type { Receiver } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { textCompiler, withoutEmpty } from '../texts.ts';
import { splunkSchema } from './config.ts';

/** `splunk_configs`. */
export const splunk = defineReceiver({ ...splunkSchema, create: createSplunkReceiver });

const COLLECTOR = '/services/collector/event';
const SOURCETYPES = {
  alert: 'stackrox-alert',
  audit: 'stackrox-audit-message',
  networkpolicy: 'stackrox-network-policy',
};
/** Bytes of one request: Splunk Cloud takes 1 MB. */
const MAX_REQUEST = 1_000_000;

/** Sends events to Splunk's HTTP Event Collector in the form of RHACS' own notifier. */
function createSplunkReceiver(config: ConfigOf<typeof splunkSchema>, context: ReceiverContext): Receiver {
  const token = secretSource(config.token, config.token_file) as SecretSource;
  const host = textCompiler('splunk', context.templates)('host', config.host);
  const given = new URL(config.url as string);
  if (given.pathname === '/') given.pathname = COLLECTOR;
  const sourcetypes = { ...SOURCETYPES, ...withoutEmpty(config.sourcetypes ?? {}) };
  const limit = config.truncate || Number.POSITIVE_INFINITY;

  return createEventReceiver(
    {
      kind: 'splunk',
      http: httpConfigOf(config),
      timeout: config.timeout,
      maxEvents: 1_000,
      maxBytes: MAX_REQUEST,
      details: hecError,
      encode(event, data) {
        const envelope = {
          source: config.source || 'stackrox',
          sourcetype: sourcetypes[event.document.message],
          time: event.time / 1_000,
          ...withoutEmpty({ host: host(data) || event.cluster, index: config.index }),
        };
        const encoded = (body: object, omitted: Pruned['omitted']): string =>
          JSON.stringify({ event: { ...eventOf(event, body), tocsin: tocsinOf(event, omitted) }, ...envelope });
        return withinLimit(event, limit, encoded);
      },
      async request(events) {
        const secret = await secretForSend(token, 'token_file');
        return {
          method: 'POST',
          url: given.href,
          headers: { 'Content-Type': 'application/json', Authorization: `Splunk ${secret}` },
          body: events.map(({ text }) => text).join('\n'),
          secrets: [secret],
        };
      },
    },
    context,
  );
}

type Encode = (body: object, omitted: Pruned['omitted']) => string;

/** The longest form of an event that Splunk will not cut. Some event always arrives. */
function withinLimit({ document }: SecurityEvent, limit: number, encode: Encode): string {
  const fits = (body: object, omitted: Pruned['omitted']): boolean => Buffer.byteLength(encode(body, omitted)) <= limit;
  const { body, omitted } = prune(document.body, fits);
  if (fits(body, omitted)) return encode(body, omitted);
  const { id, name, severity } = objectAt(body, 'policy');
  const { policy: _policy, violations: _violations, processViolation: _processes, ...rest } = body;
  const small = { ...rest, policy: { id, name, severity } };
  if (fits(small, omitted)) return encode(small, omitted);
  return encode({ id: body.id, policy: { id, name, severity } }, omitted);
}

/** As RHACS' notifier: an alert goes without the texts of its policy, which each event would repeat. */
function eventOf({ document: { message, type } }: SecurityEvent, body: object): object {
  if (message !== 'alert') return { '@type': type, ...body };
  const { policy, ...rest } = body as { policy?: Record<string, unknown> };
  const { description: _1, rationale: _2, remediation: _3, exclusions: _4, ...kept } = policy ?? {};
  const { id, ...others } = rest as Record<string, unknown>;
  return { '@type': type, ...(id !== undefined && { id }), ...(policy && { policy: kept }), ...others };
}

function tocsinOf(event: SecurityEvent, { violations, processes, labels }: Pruned['omitted']): object {
  const { fingerprint, state } = event;
  return { fingerprint, state, ...withoutEmpty({ omitted: violations + processes + labels }) };
}

/** `{"text":"Invalid token","code":4}` */
function hecError({ body }: HttpResponse): string {
  try {
    const { text, code } = JSON.parse(body) as { text?: unknown; code?: unknown };
    return `${String(text)} (code ${String(code)})`;
  } catch {
    return body;
  }
}
