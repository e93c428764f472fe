import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/app/load.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import type { TemplateAlert, TemplateData } from '../../src/templating/data.ts';
import type { Templates } from '../../src/templating/templates.ts';
import { stringsOf } from './public-files.ts';

/** What Alertmanager 0.35 renders: by configuration, string and data set. */
type Golden = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const ROOT = path.resolve('test/fixtures/go/public');
const golden: Golden = JSON.parse(readFileSync(path.join(ROOT, 'golden.json'), 'utf8'));
const sets: Readonly<Record<string, TemplateData>> = JSON.parse(
  readFileSync('test/fixtures/gotemplates/cases.json', 'utf8'),
  (key, value) => (key === 'mixed' || key === 'one' ? dataOf(value) : value),
).data;

/** The data of a notification, from what amtool takes. */
function dataOf(
  json: Omit<TemplateData, 'notificationReason' | 'alerts'> & { notification_reason: string; alerts: TemplateAlert[] },
): TemplateData {
  return {
    ...json,
    receiver: json.receiver.replaceAll('\\', ''),
    notificationReason: json.notification_reason,
    routeLabels: json.routeLabels ?? {},
    groupKey: '',
    truncatedAlerts: 0,
    tocsin: {
      now: '2026-03-04T08:00:00Z',
      firing: [],
      resolved: [],
      severity: '',
      groupURL: '',
      sentBefore: 0,
      firstSentAt: '',
      version: '',
    },
  };
}

const names = readdirSync(ROOT).filter((name) => name !== 'golden.json');

test('all configurations are recorded', () => {
  expect(names.length).toBe(10);
  expect(Object.keys(golden)).toEqual(names);
});

describe.each(names)('%s', (name) => {
  const directory = path.join(ROOT, name);
  const file = path.join(directory, 'alertmanager.yml');
  const text = readFileSync(file, 'utf8');
  let templates: Templates;

  beforeAll(async () => {
    const config = await readConfig(file, { mode: 'fallback' });
    expect(config.warnings.filter((warning) => /template|\{\{/.test(warning))).toEqual([]);
    templates = await createTemplates({ userGlobs: config.templates });
  });

  const strings = stringsOf(text);

  test('all strings are recorded', () =>
    expect(strings.map(({ where }) => where)).toEqual(Object.keys(golden[name] ?? {})));

  test.each(strings)('$where', ({ where, text: source, mode }) => {
    expect(templates.check(source, mode)).toEqual({ problems: [], failing: undefined, warnings: [] });
    const render = mode === 'html' ? templates.html(source, where) : templates.text(source, where);
    for (const [set, data] of Object.entries(sets)) {
      expect(render(data)).toBe(golden[name]?.[where]?.[set]);
    }
  });
});
