import { yieldTurn } from '../../process/yield-turn.ts';
import { SLICE } from '../../templating/build-data.ts';
import type { TemplateAlert, TemplateData } from '../../templating/data.ts';
import { goJson, goJsonMap } from '../go-json.ts';

/**
 * The webhook's body, byte by byte as Alertmanager writes it, with its final line feed. The rest of the process gets its
 * turn while a huge group is written.
 * @param truncated alerts of the group that are not in `data`
 * @param version of the format. @param more members after it, JSON
 */
export async function webhookBody(
  data: TemplateData,
  truncated: number,
  version = '4',
  more: readonly string[] = [],
): Promise<string> {
  const fields = [
    `"receiver":${goJson(quoteMeta(data.receiver))}`,
    `"status":${goJson(data.status)}`,
    `"alerts":[${await alertsJson(data.alerts)}]`,
    `"notification_reason":${goJson(data.notificationReason)}`,
    `"groupLabels":${goJsonMap(data.groupLabels)}`,
    `"commonLabels":${goJsonMap(data.commonLabels)}`,
    `"commonAnnotations":${goJsonMap(data.commonAnnotations)}`,
    `"routeLabels":${goJsonMap(data.routeLabels)}`,
    `"externalURL":${goJson(data.externalURL)}`,
    `"version":"${version}"`,
    `"groupKey":${goJson(data.groupKey)}`,
    `"truncatedAlerts":${truncated}`,
    ...more,
  ];
  return `{${fields.join(',')}}\n`;
}

async function alertsJson(alerts: readonly TemplateAlert[]): Promise<string> {
  let json = '';
  for (let i = 0; i < alerts.length; i += SLICE) {
    if (i > 0) await yieldTurn();
    json +=
      (i > 0 ? ',' : '') +
      alerts
        .slice(i, i + SLICE)
        .map(alertJson)
        .join(',');
  }
  return json;
}

/** The JSON of one alert. */
export function alertJson(alert: TemplateAlert): string {
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
