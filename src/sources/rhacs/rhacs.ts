import { BoundedCopy } from '../bounded-copy.ts';
import { describe, isObject, type JsonObject } from '../json.ts';
import { type Source, type SourceContext, type SourceResult, UnknownMessageError, UnreadableError } from '../source.ts';
import { readAlertMessage } from './alert-message.ts';
import { endingsOf } from './audit-ending.ts';
import { readAuditMessage } from './audit-message.ts';
import { CentralPoller } from './central/poller.ts';
import { type RhacsOptions, stackroxSchema, UPDATE_INTERVAL } from './config.ts';
import { rhacsEventDocument } from './event-document.ts';
import type { ReadMessage } from './message.ts';
import { namespaceSettings } from './namespaces/namespaces.ts';
import { readNetworkPolicyMessage } from './network-policy-message.ts';
import { type Product, RHACS } from './product.ts';
import { testSample } from './samples.ts';
import { rhacsSubject } from './subject.ts';
import { stackroxHelpers } from './views/helpers.ts';
import { stackroxPresentation } from './views/presentation.ts';

const EXTRAS_BUDGET = 50_000;

const READERS: readonly (readonly [string, ReadMessage])[] = [
  ['alert', readAlertMessage],
  ['audit', readAuditMessage],
  ['networkpolicy', readNetworkPolicyMessage],
];

/** The generic webhook of RHACS: one message per body, an alert, an audit message or a network policy. */
export const rhacs = createStackroxSource(RHACS);

/** The source of one product of the family. */
export function createStackroxSource(product: Product): Source {
  return {
    ...stackroxSchema(product),
    subject: rhacsSubject,
    eventDocument: rhacsEventDocument,
    presentation: stackroxPresentation(product),
    helpers: stackroxHelpers,
    namespaces: (options) => namespaceSettings((options as Partial<RhacsOptions> | undefined)?.namespaceAnnotations),
    watch: (options, deps) => {
      const { central } = (options ?? {}) as Partial<RhacsOptions>;
      return central && new CentralPoller(central, { ...deps, logger: deps.logger.child({ component: 'central' }) });
    },
    sample: (now) => testSample(product, now),
    recognizes: (body) => isObject(body) && READERS.some(([key]) => isObject(body[key])),

    parse(body: unknown, { config, now }: SourceContext): SourceResult {
      if (!isObject(body)) throw new UnreadableError(`expected an object, found ${describe(body)}`);
      const [key, content, read] = messageOf(body);
      const { centralUrl: central = '', updateInterval = UPDATE_INTERVAL } = config.options as Partial<RhacsOptions>;
      const message = { content, extras: extraFields(body, key) };
      const alert = read(message, { product, central, now, staleAfter: config.staleAfter, updateInterval });
      if (!alert) throw new UnknownMessageError(`${key}: the message contains no alert`);
      return { alerts: [alert], rejected: [], endings: key === 'audit' ? endingsOf(content) : [] };
    },
  };
}

/** The message's key holds an object; an extra field of the same name as another message's holds a text. */
function messageOf(body: JsonObject): [string, JsonObject, ReadMessage] {
  for (const [key, read] of READERS) {
    const content = body[key];
    if (isObject(content)) return [key, content, read];
  }
  const wrong = READERS.find(([key]) => body[key] !== undefined);
  if (wrong) throw new UnreadableError(`${wrong[0]}: expected an object, found ${describe(body[wrong[0]])}`);
  throw new UnknownMessageError('expected one of "alert", "audit" and "networkpolicy", found none of them');
}

function extraFields(body: JsonObject, messageKey: string): Record<string, string> {
  const fields = Object.entries(body).filter(([key, value]) => key !== messageKey && typeof value === 'string');
  return new BoundedCopy(EXTRAS_BUDGET).copy(Object.fromEntries(fields)) as Record<string, string>;
}
