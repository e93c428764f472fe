import { describe, expect, test } from 'vitest';
import { LabelSet } from '../../src/alert/label-set.ts';
import { buildData, buildDataInTurns } from '../../src/templating/build-data.ts';
import { LEVELS, type Limits } from '../../src/templating/limits.ts';
import { presentable } from '../../src/templating/presentable.ts';
import { html, templates } from './render.ts';
import { alert, data, NOW, notification } from './support.ts';

const ENV = { externalURL: 'http://am.example:9093', version: '0.1.0' };

describe('buildData', () => {
  test('the example of a webhook body', () => {
    const one = alert(
      { alertname: 'DiskFull', instance: 'db-1', job: 'node' },
      {
        annotations: { summary: 'Disk 95 % full' },
        startsAt: Date.parse('2026-03-01T08:15:02.5Z'),
        generatorURL: 'http://prom.example/graph?g0.expr=up',
      },
    );
    const built = buildData(
      notification([one], { receiver: 'db.ops', groupLabels: LabelSet.of({ alertname: 'DiskFull' }) }),
      ENV,
    );
    const { tocsin, ...rest } = built;
    expect(JSON.parse(JSON.stringify(rest))).toEqual({
      receiver: 'db.ops',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'DiskFull', instance: 'db-1', job: 'node' },
          annotations: { summary: 'Disk 95 % full' },
          startsAt: '2026-03-01T08:15:02.5Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://prom.example/graph?g0.expr=up',
          fingerprint: '99b83e786d38fa8a',
          source: 'prometheus',
          silenceURL:
            'http://am.example:9093/#/silences/new?filter=%7Balertname%3D%22DiskFull%22%2C%20instance%3D%22db-1%22%2C%20job%3D%22node%22%7D',
        },
      ],
      notificationReason: 'first notification',
      groupLabels: { alertname: 'DiskFull' },
      commonLabels: { alertname: 'DiskFull', instance: 'db-1', job: 'node' },
      commonAnnotations: { summary: 'Disk 95 % full' },
      routeLabels: {},
      externalURL: 'http://am.example:9093',
      groupKey: '{}:{alertname="x"}',
      truncatedAlerts: 0,
    });
    expect({ ...tocsin, firing: tocsin.firing.length, resolved: tocsin.resolved.length }).toEqual({
      now: '2026-08-20T21:30:00Z',
      firing: 1,
      resolved: 0,
      severity: '',
      groupURL: 'http://am.example:9093/#/alerts?receiver=db.ops&filter=%7Balertname%3D%22DiskFull%22%7D',
      sentBefore: 0,
      firstSentAt: '',
      version: '0.1.0',
    });
  });

  test('common pairs are those that all alerts have with one value', () => {
    const built = data([
      alert({ a: '1', b: '1', c: '1' }, { annotations: { x: '1', y: '' } }),
      alert({ a: '1', b: '2' }, { annotations: { x: '1' } }),
    ]);
    expect({ ...built.commonLabels }).toEqual({ a: '1' });
    // An annotation that is missing is as good as an empty one, as in Alertmanager.
    expect({ ...built.commonAnnotations }).toEqual({ x: '1', y: '' });
  });

  test('status, severity and times of resolved alerts', () => {
    const resolved = alert({ severity: 'critical' }, { endsAt: NOW - 1_000 });
    const built = data([resolved, alert({ severity: 'warn' })], { sentBefore: 2, firstSentAt: NOW - 60_000 });
    expect([built.status, built.tocsin.severity]).toEqual(['firing', 'warning']);
    expect(built.alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['resolved', '2026-08-20T21:29:59Z'],
      ['firing', '0001-01-01T00:00:00Z'],
    ]);
    expect([built.tocsin.sentBefore, built.tocsin.firstSentAt]).toEqual([2, '2026-08-20T21:29:00Z']);
    expect(data([resolved]).status).toBe('resolved');
    expect(data([resolved]).tocsin.severity).toBe('critical');
  });

  test("the sender's own text of a time", () => {
    const built = data([alert({ a: '1' }, { startsAtText: '2026-08-20T10:00:00.123456789+02:00' })]);
    expect(built.alerts[0]?.startsAt).toBe('2026-08-20T10:00:00.123456789+02:00');
  });

  test('what an upstream cut is counted once per upstream group', () => {
    const from = (groupKey: string, truncatedAlerts: unknown) =>
      alert({ a: `${groupKey}${Math.random()}` }, { source: 'alertmanager', details: { groupKey, truncatedAlerts } });
    expect(data([from('x', 3), from('x', 3), from('y', 2), from('z', 'many'), from('w', -1)]).truncatedAlerts).toBe(5);
  });

  test('labels have no prototype', () => {
    const built = data([alert({ alertname: 'A' })]);
    for (const pairs of [
      built.alerts[0]?.labels,
      built.alerts[0]?.annotations,
      built.groupLabels,
      built.commonLabels,
      built.routeLabels,
    ]) {
      expect(Object.getPrototypeOf(pairs)).toBeNull();
    }
  });

  test('a resolved alert has no link to silence it', () => {
    const built = data([alert({ alertname: 'Gone' }, { endsAt: NOW - 1_000 })]);
    expect(built.alerts.map(({ silenceURL }) => silenceURL)).toEqual(['']);
  });
});

describe('buildDataInTurns', () => {
  const texts = ['plain', '\u202ehidden\u0007', 'x'.repeat(300), 'y'.repeat(7_000)];
  const huge = Array.from({ length: 1_200 }, (_, i) =>
    alert(
      { alertname: 'A', n: `${i}`, t: texts[i % 4] as string },
      { annotations: { summary: texts[(i >> 2) % 4] as string } },
    ),
  );

  test('the same data, and the same mail at every level', async () => {
    const one = notification(huge);
    const both = { ...one, digest: { why: 'w', notifications: [one, notification(huge.slice(0, 3))] } };
    expect(await buildDataInTurns(both, ENV)).toEqual(buildData(both, ENV));
    for (const count of [1, 30, 1_200]) {
      const some = notification(huge.slice(0, count));
      const mail = templates.mail('default');
      const [inTurns, atOnce] = [await buildDataInTurns(some, ENV), buildData(some, ENV)];
      expect(mail.html(inTurns)).toBe(mail.html(atOnce));
      expect(mail.text(inTurns)).toBe(mail.text(atOnce));
      expect(mail.html(inTurns)).not.toContain('\u202e');
    }
  });

  test('a template that goes through all alerts sees each as it is to be shown', async () => {
    const shown = templates.html('{{#each alerts}}{{{labels.t}}}|{{/each}}', 'f');
    const built = await buildDataInTurns(notification(huge.slice(0, 8)), ENV);
    expect(shown(built).split('|').slice(0, 2)).toEqual(['plain', '⟨U+202E⟩hidden␇']);
    const barest = presentable(built, LEVELS.at(-1) as Limits).alerts.map(({ labels }) => labels.t?.slice(195));
    expect(barest.slice(0, 4)).toEqual([
      '',
      '',
      'xxxxx… [cut here; 300 characters in all]',
      'yyyyy… [cut here; 7,000 characters in all]',
    ]);
    expect(html('{{#each alerts}}{{labels.n}} {{/each}}', built)).toBe('0 1 2 3 4 5 6 7 ');
  });

  test('leaves the others their turn', async () => {
    let turn = false;
    setImmediate(() => {
      turn = true;
    });
    await buildDataInTurns(notification(huge), ENV);
    expect(turn).toBe(true);
  });
});
