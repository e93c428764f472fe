import type { Labels, Scenario } from './scenario.ts';

const A: Labels = { alertname: 'A', instance: '1' };
const A2: Labels = { alertname: 'A', instance: '2' };
const B: Labels = { alertname: 'B', instance: '1' };

/** Seconds: group_wait 1, group_interval 2 unless a route says otherwise, so ticks come at 1, 3, 5 ... after the first alert. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'grouping',
    route: { group_by: ['alertname'] },
    steps: [
      [0, ({ fire }) => fire([A, B])],
      [0.5, ({ fire }) => fire([A2])],
      [1.6, ({ look }) => look('/api/v2/alerts/groups')],
      [2, ({ fire }) => fire([{ ...A, instance: '3' }])],
      [4, ({ fire }) => fire([A, B])],
    ],
    notifications: 3,
  },
  {
    name: 'alone',
    route: { group_by: ['...'] },
    steps: [[0, ({ fire }) => fire([A, A2, B])]],
    notifications: 3,
  },
  {
    name: 'together',
    route: { group_by: [] },
    steps: [
      [0, ({ fire }) => fire([B, A2, A])],
      [0, ({ fire }) => fire([{ job: 'z', instance: '1' }, { job: 'b' }, { job: 'b', instance: '0' }, { zone: 'x' }])],
    ],
    notifications: 1,
  },
  {
    name: 'repeat',
    route: { group_by: ['alertname'], repeat_interval: '3s' },
    steps: [
      [0, ({ fire }) => fire([A])],
      [6, ({ resolve }) => resolve([A])],
    ],
    notifications: 3,
  },
  {
    name: 'resolved',
    steps: [
      [0, ({ fire }) => fire([A, A2])],
      [2, ({ resolve }) => resolve([A])],
      [2.2, ({ look }) => look('/api/v2/alerts')],
      [4, ({ resolve }) => resolve([A2])],
      [8, ({ fire }) => fire([A])],
    ],
    notifications: 4,
  },
  {
    name: 'unresolved',
    webhook: { send_resolved: false },
    steps: [
      [0, ({ fire }) => fire([A, A2])],
      [2, ({ resolve }) => resolve([A])],
      [4, ({ resolve }) => resolve([A2])],
      [8, ({ fire }) => fire([A])],
    ],
    notifications: 2,
  },
  {
    name: 'timeout',
    steps: [
      [0, ({ fire }) => fire([A, A2], { endsAt: null })],
      [2, ({ fire }) => fire([A], { endsAt: null })],
      [2.2, ({ look }) => look('/api/v2/alerts')],
    ],
    notifications: 3,
  },
  {
    name: 'never',
    steps: [
      [0, ({ fire }) => fire([A])],
      [0.3, ({ resolve }) => resolve([A])],
      [0.3, ({ resolve }) => resolve([B])],
    ],
    notifications: 0,
  },
  {
    name: 'old',
    route: { group_wait: '4s' },
    steps: [
      [0, ({ fire }) => fire([A], { startsAt: -60 })],
      [1, ({ fire }) => fire([A2], { startsAt: -60 })],
    ],
    notifications: 2,
  },
  {
    name: 'tree',
    receivers: ['one', 'two', 'three', 'four', 'five'],
    route: {
      group_by: ['alertname'],
      routes: [
        { receiver: 'tree-one', match_re: { instance: '1|3' }, continue: true, group_by: ['instance'] },
        { receiver: 'tree-two', matchers: ['instance=~"[12]"', 'alertname!="B"'] },
        {
          receiver: 'tree-three',
          matchers: ['missing=""', 'alertname="B"'],
          routes: [{ receiver: 'tree-five', match: { instance: '9' } }],
        },
        { receiver: 'tree-four', matchers: ['alertname="B"'] },
      ],
    },
    steps: [
      [0, ({ fire }) => fire([A, A2, B, { ...A, instance: '3' }, { ...B, instance: '9' }, { ...A, instance: '4' }])],
      [1.5, ({ look }) => look('/api/v2/alerts')],
      [1.5, ({ look }) => look('/api/v2/alerts/groups')],
      [1.5, ({ look }) => look('/api/v2/alerts/groups', 'receiver=tree-t.*')],
      [1.5, ({ look }) => look('/api/v2/alerts', 'receiver=tree-one')],
    ],
    notifications: 6,
  },
  {
    // The sender repeats the end after the silence; Tocsin would notify of it without that, too.
    name: 'mutedend',
    steps: [
      [0, ({ fire }) => fire([A])],
      [1.6, ({ silence }) => silence('one', {}, 60)],
      [2.4, ({ resolve }) => resolve([A])],
      [5.9, ({ unsilence }) => unsilence('one')],
      [6.1, ({ resolve }) => resolve([A])],
    ],
    notifications: 2,
  },
  {
    name: 'overagain',
    steps: [
      [0, ({ fire }) => fire([A, A2])],
      [2, ({ resolve }) => resolve([A])],
      [4, ({ fire }) => fire([A], { startsAt: -0.5, endsAt: -0.1 })],
      [4.2, ({ fire }) => fire([B])],
    ],
    notifications: 3,
  },
  {
    name: 'inhibited',
    route: { group_by: ['alertname'] },
    inhibit: [{ source_match: { role: 'source' }, target_match: { role: 'target' }, equal: ['zone'] }],
    steps: [
      [
        0,
        ({ fire }) =>
          fire([
            { alertname: 'S', role: 'source', zone: 'a' },
            { alertname: 'T', role: 'target', zone: 'a' },
            { alertname: 'T', role: 'target', zone: 'b' },
            { alertname: 'T', role: 'target' },
          ]),
      ],
      [0.4, ({ look }) => look('/api/v2/alerts')],
      [0.4, ({ look }) => look('/api/v2/alerts', 'inhibited=false')],
      [0.4, ({ look }) => look('/api/v2/alerts/groups', 'inhibited=false')],
      [2, ({ resolve }) => resolve([{ alertname: 'S', role: 'source', zone: 'a' }])],
      [2.4, ({ look }) => look('/api/v2/alerts')],
    ],
    notifications: 4,
  },
  {
    name: 'silenced',
    steps: [
      [0, ({ silence }) => silence('one', { instance: '1' }, 60)],
      [0.1, ({ fire }) => fire([A, A2])],
      [0.4, ({ look }) => look('/api/v2/alerts')],
      [0.4, ({ look }) => look('/api/v2/alerts', 'silenced=false')],
      [0.4, ({ look }) => look('/api/v2/alerts', 'active=false')],
      [0.4, ({ look }) => look('/api/v2/alerts/groups', 'silenced=false')],
      [4, ({ unsilence }) => unsilence('one')],
      [4.4, ({ look }) => look('/api/v2/alerts')],
    ],
    notifications: 2,
  },
  {
    name: 'slept',
    steps: [
      [0, ({ silence }) => silence('short', {}, 4)],
      [0.1, ({ fire }) => fire([A])],
      [2, ({ fire }) => fire([A2])],
      [6, ({ silence }) => silence('late', {}, 60)],
      [6.5, ({ resolve }) => resolve([A, A2])],
    ],
    notifications: 1,
  },
  {
    name: 'muted',
    route: { mute_time_intervals: ['always'] },
    steps: [[0, ({ fire }) => fire([A])]],
    notifications: 0,
  },
  {
    name: 'inactive',
    route: { active_time_intervals: ['never'] },
    steps: [[0, ({ fire }) => fire([A])]],
    notifications: 0,
  },
  {
    name: 'active',
    receivers: ['child'],
    route: {
      active_time_intervals: ['always'],
      mute_time_intervals: ['never'],
      routes: [{ receiver: 'active-child', matchers: ['instance="2"'] }],
    },
    steps: [[0, ({ fire }) => fire([A, A2])]],
    notifications: 2,
  },
  {
    name: 'failing',
    answers: [500, 503],
    tolerance: 2.5,
    steps: [[0, ({ fire }) => fire([A])]],
    notifications: 3,
  },
  {
    name: 'refused',
    answers: [400, 404],
    steps: [[0, ({ fire }) => fire([A])]],
    notifications: 3,
  },
  {
    name: 'truncated',
    webhook: { max_alerts: 2 },
    steps: [
      [0, ({ fire }) => fire([A, A2, B, { alertname: 'C' }])],
      [2, ({ resolve }) => resolve([A])],
    ],
    notifications: 2,
  },
  {
    name: 'twice',
    webhooks: 1,
    answers: [400],
    steps: [[0, ({ fire }) => fire([A])]],
    notifications: 3,
  },
  {
    name: 'merged',
    route: { repeat_interval: '1s' },
    steps: [
      [0, ({ fire }) => fire([A], { startsAt: -10, annotations: { summary: 'first' }, generatorURL: 'http://p/1' })],
      [2, ({ fire }) => fire([A], { startsAt: -5, annotations: { summary: 'second', empty: '' }, endsAt: 60 })],
      [2.2, ({ look }) => look('/api/v2/alerts')],
      [4, ({ fire }) => fire([A], { startsAt: -20, annotations: {}, generatorURL: 'http://p/3' })],
      [6, ({ resolve }) => resolve([A])],
      [6.2, ({ look }) => look('/api/v2/alerts')],
    ],
    notifications: 4,
  },
  {
    name: 'hostile',
    steps: [
      [
        0,
        ({ fire }) =>
          fire([
            { alertname: '<b>&"\'\n\u2028\u0001', empty: '', constructor: 'x', emoji: '🙂 ä' },
            { __proto__: 'y', alertname: 'p' } as Labels,
            JSON.parse('{"__proto__": "z", "alertname": "q"}') as Labels,
          ]),
      ],
      [0.4, ({ look }) => look('/api/v2/alerts')],
    ],
    notifications: 1,
  },
];

export const INTERVALS = {
  time_intervals: [
    { name: 'always', time_intervals: [{ years: ['2000:2999'] }] },
    { name: 'never', time_intervals: [{ years: ['1999'], location: 'Europe/Berlin' }] },
  ],
};
