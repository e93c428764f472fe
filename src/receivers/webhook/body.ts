import type { TemplateAlert, TemplateData } from '../../templating/data.ts';
import { goJson, goJsonMap } from './go-json.ts';

/**
 * The webhook's body, version 4, byte by byte as Alertmanager writes it, with its final line feed.
 * @param truncated alerts of the group that are not in `data`
 */
export function webhookBody(data: TemplateData, truncated: number): string {
  const fields = [
    `"receiver":${goJson(quoteMeta(data.receiver))}`,
    `"status":${goJson(data.status)}`,
    `"alerts":[${data.alerts.map(alertJson).join(',')}]`,
    `"notification_reason":${goJson(data.notificationReason)}`,
    `"groupLabels":${goJsonMap(data.groupLabels)}`,
    `"commonLabels":${goJsonMap(data.commonLabels)}`,
    `"commonAnnotations":${goJsonMap(data.commonAnnotations)}`,
    `"routeLabels":${goJsonMap(data.routeLabels)}`,
    `"externalURL":${goJson(data.externalURL)}`,
    '"version":"4"',
    `"groupKey":${goJson(data.groupKey)}`,
    `"truncatedAlerts":${truncated}`,
  ];
  return `{${fields.join(',')}}\n`;
}

function alertJson(alert: TemplateAlert): string {
  const fields = [
    `"status":${goJson(alert.status)}`,
    `"labels":${goJsonMap(alert.labels)}`,
    `"annotations":${goJsonMap(alert.annotations)}`,
    `"startsAt":${goJson(alert.startsAt)}`,
    `"endsAt":${goJson(alert.endsAt)}`,
    `"generatorURL":${goJson(alert.generatorURL)}`,
    `"fingerprint":${goJson(alert.fingerprint)}`,
  ];
  return `{${fields.join(',')}}`;
}

/** Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
