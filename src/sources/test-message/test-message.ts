import { LabelSet } from '../../alert/label-set.ts';
import type { AlertKind } from '../source.ts';

/** The plain message of `send-test`, which looks like no alert. */
export const testMessage: AlertKind = {
  name: 'tocsin',
  presentation: { includes: ({ source }) => source === 'tocsin', template: () => 'test' },
  sample: () => ({
    source: 'tocsin',
    alert: {
      labels: LabelSet.of({ alertname: 'TocsinTest', severity: 'info' }),
      annotations: LabelSet.of({ summary: 'This is a test: nothing has happened.' }),
    },
  }),
};
