import { textAt } from '../../sources/json.ts';
import type { EventSeverity, SecurityEvent } from '../events/security-event.ts';
import { cutBytes } from '../truncate.ts';
import { type CefEvent, formatCef } from './cef.ts';

/** What all messages of an entry have in common. */
export interface MessageOptions {
  readonly format: 'cef' | 'cef_legacy' | 'json';
  readonly signatureId: 'alert' | 'policy';
  /** 0 to 23. */
  readonly facility: number;
  readonly hostname: string;
  readonly appName: string;
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly pid: number;
  readonly extraFields: ReadonlyMap<string, string>;
  /** Bytes; 0: no limit. */
  readonly maxSize: number;
}

/** Of syslog (RFC 5424) and of CEF. */
const SEVERITIES: Readonly<Record<EventSeverity, readonly [syslog: number, cef: number]>> = {
  critical: [2, 9],
  high: [3, 7],
  medium: [4, 5],
  low: [5, 3],
};
const AUDIT = [6, 3] as const;
/** MSGID has 32 characters at most. */
const MESSAGE_IDS = { alert: 'Alert', audit: 'AuditLog', networkpolicy: 'NetworkPolicy' };
const JSON_KEYS = {
  alert: 'stackroxKubernetesSecurityPlatformAlert',
  audit: 'stackroxKubernetesSecurityPlatformAuditLog',
  networkpolicy: 'stackroxKubernetesSecurityPlatformNetworkPolicy',
};

/** One event as an RFC 5424 message of at most `maxSize` bytes: over it whole fields are left out, and that is said. */
export function syslogMessage(event: SecurityEvent, options: MessageOptions): string {
  const [severity] = event.document.message === 'audit' ? AUDIT : SEVERITIES[event.severity];
  const time = new Date(event.time).toISOString().replace(/\.\d+Z$/, 'Z');
  const { hostname, appName, pid, maxSize } = options;
  const id = MESSAGE_IDS[event.document.message];
  const header = `<${options.facility * 8 + severity}>1 ${time} ${name(hostname, 255)} ${name(appName, 48)} ${pid} ${id} - `;
  const contents = options.format === 'json' ? jsonContents(event) : cefContents(event, options);
  for (const content of contents) {
    if (maxSize === 0 || Buffer.byteLength(header + content) <= maxSize) return header + content;
  }
  return cutBytes(header + (contents.at(-1) ?? ''), maxSize);
}

/** A field of the header: printable ASCII without spaces; `-` where there is nothing. */
function name(text: string, limit: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, limit) || '-';
}

/** The content as it should be, and shorter forms. */
function jsonContents({ document, state, fingerprint, policy, summary }: SecurityEvent): string[] {
  const tocsin = { state, fingerprint };
  return [
    JSON.stringify({ ...document.body, tocsin }),
    JSON.stringify({ policy: { id: policy.id, name: policy.name }, summary, tocsin: { ...tocsin, truncated: true } }),
    JSON.stringify({ tocsin: { ...tocsin, truncated: true } }),
  ];
}

function cefContents(event: SecurityEvent, options: MessageOptions): string[] {
  const { document, policy } = event;
  const isAudit = document.message === 'audit';
  const [, severity] = isAudit ? AUDIT : SEVERITIES[event.severity];
  const cef = (extension: CefEvent['extension'], title: string): string =>
    formatCef(
      {
        ...options,
        signatureId: isAudit || options.signatureId === 'alert' ? MESSAGE_IDS[document.message] : policy.id,
        name: title,
        severity,
        extension,
      },
      options.format === 'cef_legacy',
    );
  const title = isAudit ? 'AuditLog' : policy.name;
  const facts = isAudit ? auditFacts(event) : alertFacts(event);
  const json = [JSON_KEYS[document.message], JSON.stringify(document.body)] as const;
  const extra = [...options.extraFields];
  const cut = [
    ['cs6', 'true'],
    ['cs6Label', 'truncated'],
  ] as const;
  const short = facts.filter(([key]) => key !== 'msg' && key !== 'reason');
  return [
    cef([...facts, json, ...extra], title),
    cef([...facts, ...extra, ...cut], title),
    cef([...short, ...extra, ...cut], title),
    cef([...short.slice(0, 4), ...cut], title.slice(0, 256)),
  ];
}

function alertFacts(event: SecurityEvent): [string, string][] {
  const { policy, cluster, namespace, entity, violations, summary } = event;
  return [
    ['devicePayloadId', event.id],
    ['start', String(Math.trunc(event.firstOccurred))],
    ['rt', String(Math.trunc(event.time))],
    ['end', event.state === 'RESOLVED' ? String(Math.trunc(event.time)) : ''],
    ['act', event.state === 'ATTEMPTED' ? 'blocked' : ''],
    ['outcome', event.state],
    ['ns', namespace],
    ['cat', policy.categories.join(', ').slice(0, 1_023)],
    ['externalId', event.fingerprint],
    ['cs1', policy.id],
    ['cs1Label', 'policyId'],
    ['cs2', cluster],
    ['cs2Label', cluster && 'cluster'],
    ['cs3', namespace],
    ['cs3Label', namespace && 'namespace'],
    ['cs4', entity.name],
    ['cs4Label', entity.name && (entity.kind || 'instance')],
    ['msg', (violations.join('; ') || summary).slice(0, 1_023)],
    ['request', event.url.slice(0, 1_023)],
  ];
}

function auditFacts({ document: { body }, time }: SecurityEvent): [string, string][] {
  const { user, request } = body as { user?: Record<string, unknown>; request?: Record<string, unknown> };
  const roles = Array.isArray(user?.roles) ? (user.roles as { name?: unknown }[]) : [];
  return [
    ['rt', String(Math.trunc(time))],
    ['spriv', roles.map(({ name: role }) => String(role ?? '')).join(',')],
    ['suser', textAt(user ?? {}, 'username').slice(0, 1_023)],
    ['request', textAt(request ?? {}, 'endpoint').slice(0, 1_023)],
    ['requestMethod', textAt(request ?? {}, 'method')],
    ['outcome', textAt(body, 'status')],
    ['requestClientApplication', textAt(body, 'method')],
  ];
}
