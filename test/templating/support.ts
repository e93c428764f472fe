import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Alert } from '../../src/alert/alert.ts';
import { LabelSet } from '../../src/alert/label-set.ts';
import type { Notification } from '../../src/alert/notification.ts';
import { rhacs } from '../../src/sources/rhacs/rhacs.ts';
import type { Source } from '../../src/sources/source.ts';
import { buildData } from '../../src/templating/build-data.ts';
import type { TemplateData } from '../../src/templating/data.ts';

export const FIXTURES = path.join(import.meta.dirname, '../fixtures');
export const NOW = Date.parse('2026-08-20T21:30:00Z');
const ENV = { externalURL: 'https://tocsin.example.org', version: '0.1.0' };

/** An alert with what the test does not care about filled in. It fires unless `endsAt` is in the past. */
export function alert(
  labels: Record<string, string>,
  more: Partial<Omit<Alert, 'labels' | 'annotations'>> & { annotations?: Record<string, string> } = {},
): Alert {
  const { annotations = {}, ...rest } = more;
  return {
    startsAt: NOW - 3_600_000,
    endsAt: NOW + 300_000,
    updatedAt: NOW,
    timeout: true,
    stale: false,
    event: false,
    generatorURL: 'https://prometheus.example.org/graph?g0.expr=up%3D%3D0',
    source: 'prometheus',
    startsAtText: '',
    endsAtText: '',
    details: undefined,
    ...rest,
    labels: LabelSet.of(labels),
    annotations: LabelSet.of(annotations),
  };
}

export function notification(alerts: readonly Alert[], more: Partial<Notification> = {}): Notification {
  return {
    id: '0123456789abcdef0123456789abcdef',
    receiver: 'security',
    groupKey: '{}:{alertname="x"}',
    groupLabels: LabelSet.empty,
    routeLabels: LabelSet.empty,
    reason: 'first notification',
    alerts: alerts.map((one) => ({ alert: one, status: one.endsAt <= NOW ? 'resolved' : 'firing' })),
    now: NOW,
    sentBefore: 0,
    firstSentAt: 0,
    ...more,
  };
}

export function data(alerts: readonly Alert[], more: Partial<Notification> = {}): TemplateData {
  return buildData(notification(alerts, more), ENV);
}

export function fixture(name: string, folder = 'rhacs'): unknown {
  return JSON.parse(readFileSync(path.join(FIXTURES, folder, name), 'utf8'));
}

/** The alerts that a source makes of a body. */
export function alertsOf(source: Source, body: unknown, query: Record<string, string> = {}): Alert[] {
  const options = { centralUrl: 'https://central.example.org' };
  const config = { path: '', auth: undefined, staleAfter: undefined, options };
  return source.parse(body, { config, now: NOW, query }).alerts.map((input) => {
    const { startsAt = NOW, startsAtText = '', endsAt = NOW + 300_000, generatorURL = '', event = false } = input;
    const { labels, annotations, details } = input;
    return {
      ...alert({}),
      startsAt,
      startsAtText,
      endsAt,
      generatorURL,
      event,
      labels,
      annotations,
      details,
      source: source.name,
    };
  });
}

/** The alert that the RHACS source makes of a body. */
export function rhacsAlert(body: unknown, more: Partial<Alert> = {}): Alert {
  const [one] = alertsOf(rhacs, body);
  if (one === undefined) throw new Error('the fixture gives no alert');
  return { ...one, ...more };
}

export function rhacsFixtures(): string[] {
  return readdirSync(path.join(FIXTURES, 'rhacs'))
    .filter((name) => name.endsWith('.json'))
    .sort();
}
