import { type AlertInput, ZERO_TIME } from '../../alert/alert.ts';
import { parseTimestamp, type Timestamp } from '../../time/timestamp.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../json.ts';
import { alertDetails, TEST_ALERT_ID } from './details.ts';
import { type Entity, entityOf, imageName } from './entity.ts';
import { lifecycleStageOf, severityOf, stateOf } from './enums.ts';
import { annotationSet, labelSet, lines } from './label-builder.ts';
import type { Message, MessageContext } from './message.ts';
import { occurrenceOf } from './occurrence.ts';

/**
 * A policy violation (storage.Alert). Identity is what is violated where: the product's ids are not labels. An attempt
 * that was blocked is an event, and another alert than the lasting violation of the same policy.
 */
export function readAlertMessage({ content, extras }: Message, context: MessageContext): AlertInput | undefined {
  const policy = objectAt(content, 'policy');
  const entity = entityOf(content);
  const messages = violationMessages(content);
  const name = textAt(policy, 'name');
  if (name === '' && entity === undefined && messages.length === 0) return undefined;
  const isTest = textAt(content, 'id') === TEST_ALERT_ID && entity === undefined;
  const state = stateOf(content);
  const alertname = name || `${context.product.title} alert`;
  const event = isTest || state === 'ATTEMPTED';
  const isGone = entity?.json.inactive === true && state !== 'ATTEMPTED';
  const details = alertDetails(content, extras);
  const occurrence = occurrenceOf(details, context.now, context.updateInterval);
  return {
    labels: labelSet(
      {
        alertname,
        severity: severityOf(policy),
        source: context.product.name,
        ...(isTest ? testLabels(context.now) : violationLabels(content, entity, state)),
      },
      extras,
    ),
    annotations: annotationSet({
      summary: isTest ? `Test message from ${context.product.title}` : summaryOf(alertname, entity),
      description: textAt(policy, 'description'),
      rationale: textAt(policy, 'rationale'),
      remediation: textAt(policy, 'remediation'),
      violations: lines(messages),
      categories: texts(listAt(policy, 'categories')).join(', '),
      enforcement: enforcementOf(content),
      images: lines(imagesOf(entity)),
      deployment_inactive: entity?.json.inactive === true ? 'true' : '',
      resolution: isGone ? 'deployment deleted' : '',
    }),
    ...times(content, state, isGone, context.now),
    generatorURL: linkOf(content, entity, context),
    details,
    ...(event ? { event } : {}),
    ...(occurrence && { occurrence }),
    ...(context.staleAfter === undefined ? {} : { staleAfter: context.staleAfter }),
  };
}

function violationLabels(alert: JsonObject, entity: Entity | undefined, state: string): Record<string, string> {
  const stage = { lifecycle_stage: lifecycleStageOf(alert), state: state === 'ATTEMPTED' ? 'attempted' : '' };
  if (!entity) return { ...stage, cluster: textAt(alert, 'clusterName'), namespace: textAt(alert, 'namespace') };
  return {
    ...stage,
    cluster: entity.cluster,
    namespace: entity.namespace,
    entity_type: entity.kind,
    [entity.kind]: entity.name,
    ...(entity.type === '' ? {} : { [`${entity.kind}_type`]: entity.type }),
  };
}

/** Every press of the Test button is notified, so each is an alert of its own. */
function testLabels(now: number): Record<string, string> {
  return { rhacs_test: 'true', tested_at: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z') };
}

/** The subject line of the product's own mail. */
function summaryOf(policy: string, entity: Entity | undefined): string {
  switch (entity?.kind) {
    case 'deployment':
      return `Deployment ${entity.name} (in cluster ${entity.cluster}) violates '${policy}' Policy`;
    case 'node':
      return `Node ${entity.name} (in cluster ${entity.cluster}) violates '${policy}' Policy`;
    case 'image':
      return `Image ${entity.name} violates '${policy}' Policy`;
    case 'resource':
      return `Policy '${policy}' violated in cluster ${entity.cluster}`;
    case undefined:
      return `Policy '${policy}' violated`;
    default:
      return `${unknownTitle(entity)} violates '${policy}' Policy`;
  }
}

/** `Virtual machine db-7 (in cluster prod)` */
function unknownTitle(entity: Entity | undefined): string {
  if (entity === undefined) return '';
  const kind = entity.kind.replaceAll('_', ' ');
  const where = entity.cluster === '' ? '' : ` (in cluster ${entity.cluster})`;
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${entity.name}`.trim() + where;
}

function violationMessages(alert: JsonObject): string[] {
  const parts = [...listAt(alert, 'violations'), alert.processViolation].filter(isObject);
  return parts.map((part) => textAt(part, 'message')).filter((message) => message !== '');
}

function enforcementOf(alert: JsonObject): string {
  const enforcement = objectAt(alert, 'enforcement');
  return textAt(enforcement, 'message') || textAt(enforcement, 'action');
}

function imagesOf(entity: Entity | undefined): string[] {
  if (entity?.kind !== 'deployment') return [];
  const containers = listAt(entity.json, 'containers').filter(isObject);
  const names = containers.map((container) => imageName(objectAt(container, 'image')));
  return [...new Set(names)].filter((name) => name !== '');
}

function texts(list: readonly unknown[]): string[] {
  return list.filter((item) => typeof item === 'string').map((text) => text.toWellFormed());
}

type Times = Pick<AlertInput, 'startsAt' | 'endsAt' | 'startsAtText' | 'endsAtText'>;

/**
 * From the first occurrence on, but for an attempt: each one is an event, also those that RHACS counts as one alert. Over
 * only where the state says so or the deployment is gone. Clocks may disagree: nothing starts in the future.
 */
function times(alert: JsonObject, state: string, isGone: boolean, now: number): Times {
  const first = timeAt(alert, 'firstOccurred');
  const last = timeAt(alert, 'time');
  const started = state === 'ATTEMPTED' ? (last ?? first) : (first ?? last);
  const over = state === 'RESOLVED' || isGone;
  const ended = over ? (timeAt(alert, 'resolvedAt') ?? { ms: now, text: '' }) : undefined;
  const latest = ended ?? { ms: now, text: '' };
  const startsAt = started && started.ms > latest.ms ? latest : started;
  return {
    ...(startsAt && { startsAt: startsAt.ms, startsAtText: startsAt.text }),
    ...(ended && { endsAt: ended.ms, endsAtText: ended.text }),
  };
}

function timeAt(alert: JsonObject, name: string): Timestamp | undefined {
  const text = textAt(alert, name);
  const time = text === '' ? undefined : parseTimestamp(text);
  return time && time.ms > ZERO_TIME ? time : undefined;
}

/** Into Central: images have no violations page, and what has neither links to Central itself. */
function linkOf(alert: JsonObject, entity: Entity | undefined, { central, product }: MessageContext): string {
  if (central === '') return '';
  const image = entity?.kind === 'image';
  const id = image ? textAt(entity.json, 'idV2') || textAt(entity.json, 'id') : textAt(alert, 'id');
  if (!entity || id === '' || id.length > 256) return central;
  return `${central}${image ? product.imagePage : product.alertPage}${encodeURIComponent(id)}`;
}
