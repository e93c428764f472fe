import type { AlertInput } from '../../alert/alert.ts';
import { parseTimestamp } from '../../time/timestamp.ts';
import { BoundedCopy } from '../bounded-copy.ts';
import { objectAt, textAt } from '../json.ts';
import { shortHash } from '../limits.ts';
import { annotationSet, labelSet } from './label-builder.ts';
import type { Message, MessageContext } from './message.ts';

const BUDGET = 250_000;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * A changing API call to Central: an event. Every call is an alert of its own (label `request`, a hash of the message),
 * named by what was called, so that calls of one kind can be grouped and routed.
 */
export function readAuditMessage({ content, extras }: Message, context: MessageContext): AlertInput | undefined {
  const request = objectAt(content, 'request');
  const user = objectAt(content, 'user');
  const headers = objectAt(request, 'sourceHeaders');
  const endpoint = textAt(request, 'endpoint');
  const who = textAt(user, 'friendlyName') || textAt(user, 'username');
  if (endpoint === '' && who === '') return undefined;
  const call = [textAt(request, 'method'), endpoint].filter((part) => part !== '').join(' ') || 'unknown call';
  const status = textAt(content, 'status') || 'UNKNOWN_STATUS';
  const audit = new BoundedCopy(BUDGET).copy(content);
  const time = parseTimestamp(textAt(content, 'time') || 'none');
  return {
    labels: labelSet(
      {
        alertname: `${context.product.title} audit: ${call.replace(UUID, '{id}')}`,
        severity: status === 'AUTH_FAILED' ? 'warning' : 'info',
        source: context.product.name,
        message: 'audit',
        user: who,
        interaction: textAt(content, 'interaction').toLowerCase(),
        status: status.toLowerCase(),
        source_ip: textAt(request, 'sourceIp') || textAt(headers, 'xForwardedFor') || textAt(headers, 'remoteAddr'),
        request: shortHash(JSON.stringify(audit)),
      },
      extras,
    ),
    annotations: annotationSet({
      summary: `${who || 'Somebody'} called ${call}: ${status.toLowerCase().replaceAll('_', ' ')}`,
      status_reason: textAt(content, 'statusReason'),
      client: textAt(content, 'method'),
    }),
    ...(time && time.ms <= context.now && { startsAt: time.ms, startsAtText: time.text }),
    generatorURL: context.central,
    details: { ...extras, audit },
    event: true,
  };
}
