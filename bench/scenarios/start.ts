import type { Scenario } from '../scenario.ts';
import { groupedConfig } from './ingest.ts';

/** ms after which a fresh program has nothing left to do. */
const SETTLED = 3_000;

export const start: Scenario = {
  number: 11,
  name: 'start to ready, and idle memory',
  metrics: [
    { name: 'start to ready', unit: 'ms', target: { of: 'value', atMost: 400 } },
    { name: 'idle memory', unit: 'MB', target: { of: 'value', atMost: 110 } },
    { name: 'CPU to start', unit: 's' },
  ],
  config: groupedConfig,
  async run(subject) {
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
    return [subject.startMs, subject.memoryMB(), subject.cpuSeconds()];
  },
};
