import { LabelSet } from '../../alert/label-set.ts';
import type { Sample } from '../source.ts';

export function testSample(): Sample {
  return {
    source: 'prometheus',
    alert: {
      labels: LabelSet.of({
        alertname: 'TocsinTest',
        severity: 'warning',
        cluster: 'example',
        instance: 'test.example.org:9100',
        job: 'node',
      }),
      annotations: LabelSet.of({
        summary: 'This is a test: nothing has happened.',
        description: 'The annotation "description" of a Prometheus alert appears here.',
      }),
    },
  };
}
