import { describe, expect, test } from 'vitest';
import { alertKinds } from '../../src/sources/registry.ts';
import { buildData } from '../../src/templating/build-data.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { processZone } from '../../src/time/zones.ts';
import { text } from './render.ts';
import { alert, data, NOW, notification } from './support.ts';

const startsAt = Date.parse('2026-08-20T22:30:15Z');
const one = alert({ alertname: 'A' }, { startsAt, annotations: { summary: 's' } });

async function rendered(times: object, timeZone?: string): Promise<string> {
  const templates = await createTemplates({ userGlobs: [], kinds: alertKinds, times });
  const env = { externalURL: 'https://tocsin.example.org', version: '1', timeZone };
  return templates.mail('default').text(buildData(notification([one], { now: NOW + 7_200_000 }), env));
}

describe('times in emails', () => {
  test.each([
    ['UTC', '20 Aug 2026, 22:30:15 UTC'],
    ['Europe/Berlin', '21 Aug 2026, 00:30:15 CEST'],
    ['Asia/Tokyo', '21 Aug 2026, 07:30:15 JST'],
    ['America/Los_Angeles', '20 Aug 2026, 15:30:15 PDT'],
    ['Asia/Kolkata', '21 Aug 2026, 04:00:15 IST'],
    ['America/Sao_Paulo', '20 Aug 2026, 19:30:15 -03'],
  ])('in %s', async (zone, time) => {
    expect(await rendered({ zone })).toContain(`Firing since ${time} (`);
  });

  test('in the layout of the configuration, and in the zone of the reader', async () => {
    expect(await rendered({ zone: 'Europe/Berlin', layout: 'Mon 02.01.2006 15:04' })).toContain(
      'Firing since Fri 21.08.2026 00:30 (',
    );
    expect(await rendered({ zone: 'Europe/Berlin' }, 'Asia/Tokyo')).toContain('since 21 Aug 2026, 07:30:15 JST');
  });

  test('before and after a change to summer time', async () => {
    const templates = await createTemplates({ userGlobs: [], times: { zone: 'Europe/Berlin' } });
    const when = templates.text('{{when commonLabels.a}} {{when commonLabels.b}}', '');
    const times = alert({ a: '2026-03-29T00:59:59.999999999Z', b: '2026-03-29T01:00:00Z' });
    expect(when(data([times]))).toBe('29 Mar 2026, 01:59:59 CET 29 Mar 2026, 03:00:00 CEST');
  });

  test.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    [':Asia/Tokyo', 'Asia/Tokyo'],
    ['', 'UTC'],
    ['CET-1CEST', 'UTC'],
    ['../etc/passwd', 'UTC'],
    ['Nowhere/AtAll', 'UTC'],
  ])('TZ=%s gives %s', (tz, zone) => expect(processZone(tz)).toBe(zone));
});

describe('helpers of times, as in Go', () => {
  test.each([
    ['{{date "02 Jan 2006 15:04 MST" (tz "Asia/Tokyo" t)}}', '20 Aug 2026 19:02 JST'],
    ['{{date "Month January, Monday Mon" t}}', 'Month August, Thursday Thu'],
    ['{{date ".000000000 .999999999 .000" t}}', '.123456780 .12345678 .123'],
    ['{{t2}}', '2026-08-20 10:02:44.12345678 +0000 UTC'],
    ['{{print 1 2 "a" 3 4}}', '1 2a3 4'],
    ['{{print "a" "b" true false}}', 'abtrue false'],
  ])('%s', (template, result) => {
    const t = '2026-08-20T10:02:44.12345678Z';
    expect(text(template.replace('{{t2}}', '{{tz "UTC" t}}'), { t })).toBe(result);
  });
});
