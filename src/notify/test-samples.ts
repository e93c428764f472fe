import type { Alert, AlertInput } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';
import { normalizeAlert } from '../intake/normalize.ts';
import { rhacs } from '../sources/rhacs/rhacs.ts';

/** Whose alerts a test can look like. */
export const TEST_SOURCES = ['prometheus', 'rhacs', 'calico'] as const;
export type TestSource = (typeof TEST_SOURCES)[number];

export function isTestSource(text: string): text is TestSource {
  return (TEST_SOURCES as readonly string[]).includes(text);
}

const NOTHING = 'This is a test: nothing has happened.';
const MINUTE = 60_000;

/**
 * An alert that says in every text that it is a test, so that a template of the user's own tells it, too.
 * @param source undefined: a plain one, for the template `test`. @param now ms
 */
export function testAlert(source: TestSource | undefined, now: number): Alert {
  const [name, input] = SAMPLES[source ?? 'tocsin'](now);
  const options = { resolveTimeout: 5 * MINUTE, isValidName: () => true };
  return normalizeAlert({ startsAt: now - MINUTE, ...input }, name, now, undefined, options);
}

const SAMPLES: Readonly<Record<TestSource | 'tocsin', (now: number) => [name: string, input: AlertInput]>> = {
  tocsin: () => [
    'tocsin',
    {
      labels: LabelSet.of({ alertname: 'TocsinTest', severity: 'info' }),
      annotations: LabelSet.of({ summary: NOTHING }),
    },
  ],
  prometheus: () => [
    'prometheus',
    {
      labels: LabelSet.of({
        alertname: 'TocsinTest',
        severity: 'warning',
        cluster: 'example',
        instance: 'test.example.org:9100',
        job: 'node',
      }),
      annotations: LabelSet.of({
        summary: NOTHING,
        description: 'Here stands what an alert of Prometheus says of itself: its annotation "description".',
      }),
    },
  ],
  calico: () => [
    'prometheus',
    {
      labels: LabelSet.of({
        alertname: 'PolicyDeny',
        severity: 'warning',
        job: 'calico-node-metrics',
        policy: 'test|default.test|deny',
        pod: 'calico-node-test',
        srcIP: '192.0.2.1',
      }),
      annotations: LabelSet.of({ summary: NOTHING }),
    },
  ],
  rhacs: (now) => {
    const config = { path: '', auth: undefined, staleAfter: undefined, options: {} };
    const [alert] = rhacs.parse(rhacsBody(now), { config, now, query: {} }).alerts;
    return ['rhacs', alert as AlertInput];
  },
};

/** A violation as RHACS posts it, but for its id, which would make it a version of a real one. */
function rhacsBody(now: number): object {
  const time = new Date(now - MINUTE).toISOString();
  return {
    alert: {
      policy: {
        name: 'Test: Privileged Container',
        description: NOTHING,
        rationale: 'Here stands why the policy is there.',
        remediation: 'Nothing is to be done. In an alert of RHACS this says what is.',
        categories: ['Test'],
        severity: 'MEDIUM_SEVERITY',
        policySections: [{ policyGroups: [{ fieldName: 'Privileged Container', values: [{ value: 'true' }] }] }],
        mitreAttackVectors: [{ tactic: 'TA0004', techniques: ['T1611'] }],
      },
      clusterName: 'example',
      namespace: 'example',
      deployment: {
        name: 'tocsin-test',
        type: 'Deployment',
        namespace: 'example',
        clusterName: 'example',
        containers: [{ name: 'app', image: { name: { fullName: 'registry.example.org/tocsin-test:1.0' } } }],
      },
      violations: [{ message: "Container 'app' is privileged (this is a test)" }],
      time,
      firstOccurred: time,
    },
  };
}
