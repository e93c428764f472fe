import { createHash } from 'node:crypto';
import type { Alert } from '../../alert/alert.ts';
import type { NotifiedAlert } from '../../alert/notification.ts';
import { severityOf } from '../../alert/severity.ts';
import type { EventDocument } from '../../sources/event-document.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../../sources/json.ts';
import { sources } from '../../sources/registry.ts';
import { formatTime } from '../../time/timestamp.ts';

/** RHACS' four severities, to which those of other senders are mapped. */
export type EventSeverity = 'critical' | 'high' | 'medium' | 'low';

/** One alert and one state of it, as event stores take it. Texts are hostile; '' where there is none. Times in ms. */
export interface SecurityEvent {
  /** The sender's own id, else a UUID made of the fingerprint: the same for the same alert. */
  readonly id: string;
  readonly fingerprint: string;
  readonly state: 'ACTIVE' | 'RESOLVED' | 'ATTEMPTED';
  readonly severity: EventSeverity;
  readonly policy: { readonly id: string; readonly name: string; readonly categories: readonly string[] };
  readonly summary: string;
  readonly description: string;
  readonly remediation: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly entity: { readonly kind: string; readonly name: string };
  /** Messages, without empty ones. */
  readonly violations: readonly string[];
  /** When this state began: of a resolved alert its end. */
  readonly time: number;
  readonly firstOccurred: number;
  /** Into the sender's own pages. */
  readonly url: string;
  readonly document: EventDocument;
}

const ENTITIES = ['deployment', 'image', 'resource', 'node'] as const;

/** @param now of the notification, ms */
export function securityEvent({ alert, status }: NotifiedAlert, now: number): SecurityEvent {
  const { labels, annotations } = alert;
  const label = (name: string): string => labels.get(name) ?? '';
  const annotation = (name: string): string => annotations.get(name) ?? '';
  const own = sources.find(({ name }) => name === alert.source)?.eventDocument?.(alert);
  const body = own?.body ?? {};
  const policy = objectAt(body, 'policy');
  const kind = ENTITIES.find((name) => label(name) !== '') ?? '';
  const state = status === 'resolved' ? 'RESOLVED' : alert.event && own?.message === 'alert' ? 'ATTEMPTED' : 'ACTIVE';
  const summary = annotation('summary') || annotation('title') || annotation('message') || label('alertname');
  const event = {
    id: textAt(body, 'id') || uuidOf(labels.fingerprint),
    fingerprint: labels.fingerprint,
    state,
    severity: eventSeverity(label('severity')),
    policy: {
      id: textAt(policy, 'id') || label('alertname'),
      name: label('alertname'),
      categories: annotation('categories').split(', ').filter(Boolean),
    },
    summary,
    description: annotation('description') || summary,
    remediation: annotation('remediation') || annotation('runbook_url'),
    cluster: label('cluster'),
    namespace: label('namespace'),
    entity: { kind, name: kind === '' ? label('pod') || label('instance') : label(kind) },
    violations: violationsOf(body, own ? '' : summary),
    time: state === 'RESOLVED' ? alert.endsAt : Math.min(alert.updatedAt, now),
    firstOccurred: alert.startsAt,
    url: alert.generatorURL,
  } as const;
  return { ...event, document: withState(own ?? genericDocument(event), event.state, alert) };
}

/** The severity that a label's text means: of other senders' words the nearest of RHACS'. */
function eventSeverity(text: string): EventSeverity {
  switch (severityOf(text)) {
    case 'critical':
      return 'critical';
    case 'high':
      return 'high';
    case 'medium':
    case 'warning':
      return 'medium';
    default:
      return 'low';
  }
}

function violationsOf(body: JsonObject, otherwise: string): string[] {
  const messages = [...objectsAt(body, 'violations'), objectAt(body, 'processViolation')].map((one) =>
    textAt(one, 'message'),
  );
  return [...messages, otherwise].filter((message) => message !== '');
}

/** A UUID that is the same for the same alert. */
function uuidOf(fingerprint: string): string {
  const hex = createHash('sha256').update(fingerprint).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An alert of another sender in the form of RHACS', so that a SIEM's rules for RHACS find its parts. */
function genericDocument(event: Omit<SecurityEvent, 'document'>): EventDocument {
  const { id, policy, summary, description, cluster, namespace, severity, time, firstOccurred } = event;
  const body = {
    id,
    policy: { id: policy.id, name: policy.name, description, severity: `${severity.toUpperCase()}_SEVERITY` },
    ...(cluster && { clusterName: cluster }),
    ...(namespace && { namespace }),
    violations: [{ message: summary }],
    time: formatTime(time),
    firstOccurred: formatTime(firstOccurred),
  };
  return { message: 'alert', type: 'storage.Alert', body };
}

/** What the sender does not report: that the alert has ended. */
function withState(document: EventDocument, state: SecurityEvent['state'], alert: Alert): EventDocument {
  if (state !== 'RESOLVED' || document.message !== 'alert') return document;
  return { ...document, body: { ...document.body, state, resolvedAt: formatTime(alert.endsAt) } };
}
