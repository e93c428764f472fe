import { countText } from './count-text.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import { cutText, visibleLine } from './visible-text.ts';

/** What is sent in the place of a text whose template failed: that it did, and what fires. Plain text. */
export interface FailureText {
  /** For a subject or title. */
  readonly line: string;
  readonly text: string;
}

const ALERTS = 20;
const REASON_LENGTH = 1_000;
const ALERT_LENGTH = 600;
const LINE_LENGTH = 200;

export function failureText(data: TemplateData, reason: string): FailureText {
  const { firing, resolved } = data.tocsin;
  const parts = [
    'The template of this notification failed, so this is plain text.',
    cutText(reason, REASON_LENGTH),
    ...section('FIRING', firing),
    ...section('RESOLVED', resolved),
    data.externalURL,
  ];
  return { line: line(data), text: `${parts.join('\n\n')}\n` };
}

function line({ status, groupLabels, commonLabels, tocsin }: TemplateData): string {
  const count = status === 'firing' ? `:${tocsin.firing.length}` : '';
  const name = Object.values(groupLabels).join(' ') || commonLabels.alertname || '';
  return visibleLine(`[${status.toUpperCase()}${count}] ${name} (its template failed)`, LINE_LENGTH);
}

function section(title: string, alerts: readonly TemplateAlert[]): string[] {
  if (alerts.length === 0) return [];
  const more = alerts.length > ALERTS ? [`and ${countText(alerts.length - ALERTS)} more`] : [];
  return [[`${title}: ${countText(alerts.length)}`, ...alerts.slice(0, ALERTS).map(alertText), ...more].join('\n')];
}

function alertText({ labels, annotations }: TemplateAlert): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const summary = annotations.summary ?? annotations.description ?? annotations.message ?? '';
  return `- ${visibleLine(`${shown.join(', ')}${summary === '' ? '' : `: ${summary}`}`, ALERT_LENGTH)}`;
}
