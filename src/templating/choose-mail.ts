import type { TemplateAlert, TemplateData } from './data.ts';

/** Sources of the product family, whose documents have one shape. */
const STACKROX = new Set(['rhacs', 'alauda', 'roxctl']);

/**
 * The mail template (a folder under templates/) for a group whose receiver names none: by the alerts' source and shape.
 * A mixed group gets `default`; a test (see notify/test-samples.ts) that looks like nobody's alert, `test`.
 */
export function chooseMail(data: TemplateData): string {
  if (data.notificationReason === 'test' && data.alerts.every(({ source }) => source === 'tocsin')) return 'test';
  if (data.tocsin.digest !== undefined) return 'digest';
  const [first, ...others] = new Set(data.alerts.map(mailOf));
  return first === undefined || others.length > 0 ? 'default' : first;
}

function mailOf(alert: TemplateAlert): string {
  if (STACKROX.has(alert.source)) return rhacsMailOf(alert.details);
  const { alertname = '', policy, srcIP } = alert.labels;
  const denied = /^(PolicyDeny|DeniedPackets)/.test(alertname) || (policy !== undefined && srcIP !== undefined);
  return denied ? 'calico' : 'default';
}

function rhacsMailOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return 'rhacs';
  if (isObject(details, 'audit') && !isObject(details, 'alert')) return 'rhacs-audit';
  if (isObject(details, 'networkpolicy') && !isObject(details, 'alert')) return 'rhacs-networkpolicy';
  return isTestButton(details) ? 'test' : 'rhacs';
}

/** The body of RHACS' Test button has this id, where all others have a UUID, and no entity. */
function isTestButton(details: object): boolean {
  const { alert } = details as { alert?: unknown };
  return typeof alert === 'object' && alert !== null && (alert as { id?: unknown }).id === 'testalert';
}

function isObject(details: object, key: string): boolean {
  const value = Object.hasOwn(details, key) ? (details as Record<string, unknown>)[key] : undefined;
  return typeof value === 'object' && value !== null;
}
