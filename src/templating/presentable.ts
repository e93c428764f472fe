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
  const { digest } = data.tocsin;
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
    tocsin: {
      ...data.tocsin,
      firing: present(data.tocsin.firing),
      resolved: present(data.tocsin.resolved),
      ...(data.tocsin.notes && { notes: data.tocsin.notes.map((note) => cutText(note, limits.text)) }),
      ...(digest && {
        digest: {
          why: cutText(digest.why, limits.text),
          groups: digest.groups.map((group) => presentable(group, limits, maxAlerts)),
        },
      }),
    },
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

/** The same object where there is nothing to change, as in nearly all alerts. */
function presentablePairs(pairs: Pairs, limits: Limits): Pairs {
  let changed = false;
  const result = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(pairs)) {
    const value = pairs[name] as string;
    const shownName = cutText(name, limits.text);
    const shownValue = cutText(value, limits.text);
    changed ||= shownName !== name || shownValue !== value;
    result[shownName] = shownValue;
  }
  return changed ? result : pairs;
}
