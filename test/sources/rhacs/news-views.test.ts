import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alert/alert.ts';
import { RHACS } from '../../../src/sources/rhacs/product.ts';
import { rhacsAlert as view } from '../../../src/sources/rhacs/views/alert-view.ts';
import { buildData } from '../../../src/templating/build-data.ts';
import type { TemplateAlert, TemplateData } from '../../../src/templating/data.ts';
import { LEVELS, type Limits } from '../../../src/templating/limits.ts';
import { templates } from '../../templating/render.ts';
import { data, fixture, notification, rhacsAlert } from '../../templating/support.ts';

const LIMITS = LEVELS[0] as Limits;
const ENV = { externalURL: 'https://tocsin.example.org', version: '1' };
/** The newest of fixture 03, which fixture 23 adds a process to. */
const TOLD = Date.parse('2026-08-20T10:02:49.007Z') + 0.731245;

function grown(name: string, notifiedUpTo: number): TemplateData {
  const alert = rhacsAlert(fixture(name));
  return buildData({ ...notification([alert]), alerts: [{ alert, status: 'firing', notifiedUpTo }] }, ENV);
}

const viewOf = (mail: TemplateData, limits = LIMITS) => view(mail.alerts[0] as TemplateAlert, RHACS, limits);
const text = (mail: TemplateData): string => templates.mail('rhacs').text(mail);
const html = (mail: TemplateData): string => templates.mail('rhacs').html(mail);
const counted = (count: number): Partial<Alert> => ({
  occurrence: {
    id: 'x',
    revision: 'r',
    latest: 0,
    updateInterval: 0,
    count,
    firstSeenAt: Date.parse('2026-08-01T07:00:00Z'),
  },
});

describe('what is new since the last email', () => {
  const mail = grown('23-runtime-processes-resent.json', TOLD);

  test('processes come first and are marked', () => {
    const lines = viewOf(mail).processes.trees.flatMap((tree) => tree.lines);
    expect(lines.filter(({ ancestor }) => !ancestor).map(({ command, args, isNew }) => [command, args, isNew])).toEqual(
      [
        ['apt', 'list --installed', true],
        ['apt-get', 'update', false],
        ['apt-get', 'install -y --no-install-recommends netcat-openbsd', false],
        ['dpkg', '--configure -a', false],
      ],
    );
    expect(text(mail).match(/NEW: .*/g)).toEqual(['NEW: apt list --installed']);
    expect(html(mail).match(/>NEW</g)).toHaveLength(1);
  });

  test('is shown where the list is cut', () => {
    const { processes } = viewOf(mail, { ...LIMITS, items: 1 });
    expect(processes.trees.flatMap(({ lines }) => lines.map(({ command }) => command))).toContain('apt');
    expect(processes.more).toBe(3);
  });

  test('violations come first and are marked', () => {
    const flows = grown('05-runtime-network-flow.json', 0);
    expect(viewOf(flows).violations.shown.every(({ isNew }) => isNew)).toBe(true);
    const times = viewOf(flows)
      .violations.shown.map(({ time }) => Date.parse(time))
      .sort((a, b) => a - b);
    const some = viewOf(grown('05-runtime-network-flow.json', times[1] as number)).violations.shown;
    expect(some.map(({ isNew }) => isNew)).toEqual([true, false, false]);
  });

  test('file accesses have a time of their own', () => {
    expect(viewOf(grown('06-runtime-file-access.json', 0)).violations.shown.map(({ isNew }) => isNew)).toContain(true);
  });

  test('is not marked in the first email', () => {
    const first = data([rhacsAlert(fixture('23-runtime-processes-resent.json'))]);
    expect(text(first) + html(first)).not.toContain('NEW');
    expect(viewOf(first).processes.trees[0]?.lines.map(({ command }) => command)[2]).toBe('apt-get');
  });
});

describe('how often and since when', () => {
  const DEPLOY = '01-deploy-email-annotation.json';

  test('is said from the second time on', () => {
    expect(text(data([rhacsAlert(fixture(DEPLOY), counted(3))]))).toMatch(
      /Seen: +3 times since 1 Aug 2026, 07:00:00 UTC/,
    );
    expect(text(data([rhacsAlert(fixture(DEPLOY), counted(1))]))).not.toContain(' times since ');
  });

  test('is said of each of several alerts', () => {
    const other = rhacsAlert(fixture('03-runtime-processes.json'), counted(1));
    expect(text(data([rhacsAlert(fixture(DEPLOY), counted(2)), other])).match(/\d+ times since/g)).toEqual([
      '2 times since',
    ]);
  });
});

test('how an alert ended is said, of one and of several', () => {
  const gone = (name: string): Alert => {
    const alert = rhacsAlert(fixture(name));
    return { ...alert, endsAt: alert.startsAt + 1_000 };
  };
  const alert = gone('24-runtime-resent-deployment-gone.json');
  expect(text(data([alert]))).toMatch(/How it ended: +deployment deleted/);
  expect(text(data([alert, gone('01-deploy-email-annotation.json')]))).toMatch(/How it ended: +deployment deleted/);
});
