import type { TemplateAlert, TemplateData } from './data.ts';
import type { Limits } from './limits.ts';
import { cutText } from './visible-text.ts';

type Pairs = Readonly<Record<string, string>>;

/**
 * The data as a mail shows it: every text visible and cut to `limits.text`. With `maxAlerts`, only so many alerts
 * (firing ones first) are left and `truncatedAlerts` says how many are not. `details` stay as they are: the helpers that
 * show them do the same.
 */
export function presentable(data: TemplateData, limits: Limits, maxAlerts = Number.POSITIVE_INFINITY): TemplateData {
  const shown = new Map<TemplateAlert, TemplateAlert>();
  const kept =
    data.alerts.length > maxAlerts ? [...data.tocsin.firing, ...data.tocsin.resolved].slice(0, maxAlerts) : data.alerts;
  for (const alert of kept) shown.set(alert, presentableAlert(alert, limits));
  const present = (alerts: readonly TemplateAlert[]): TemplateAlert[] =>
    alerts.flatMap((alert) => shown.get(alert) ?? []);
  return {
    ...data,
    receiver: cutText(data.receiver, limits.text),
    alerts: [...shown.values()],
    groupLabels: presentablePairs(data.groupLabels, limits),
    commonLabels: presentablePairs(data.commonLabels, limits),
    commonAnnotations: presentablePairs(data.commonAnnotations, limits),
    routeLabels: presentablePairs(data.routeLabels, limits),
    groupKey: cutText(data.groupKey, limits.text),
    truncatedAlerts: data.truncatedAlerts + data.alerts.length - shown.size,
    tocsin: { ...data.tocsin, firing: present(data.tocsin.firing), resolved: present(data.tocsin.resolved) },
  };
}

function presentableAlert(alert: TemplateAlert, limits: Limits): TemplateAlert {
  return {
    ...alert,
    labels: presentablePairs(alert.labels, limits),
    annotations: presentablePairs(alert.annotations, limits),
    generatorURL: cutText(alert.generatorURL, 4_000),
  };
}

function presentablePairs(pairs: Pairs, limits: Limits): Pairs {
  const result = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(pairs)) result[cutText(name, limits.text)] = cutText(value, limits.text);
  return result;
}
