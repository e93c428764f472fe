import type { AlertInput } from '../../alert/alert.ts';
import type { Sample } from '../source.ts';
import { readAlertMessage } from './alert-message.ts';
import type { Product } from './product.ts';

const MINUTE = 60_000;

/** A violation that says in every text that it is a test. Without an id, which would make it a version of a real one. */
export function testSample(product: Product, now: number): Sample {
  const context = { product, central: '', now, staleAfter: undefined, updateInterval: 0 };
  const time = new Date(now - MINUTE).toISOString();
  const content = {
    policy: {
      name: 'Test: Privileged Container',
      description: 'This is a test: nothing has happened.',
      rationale: 'The rationale of the policy appears here.',
      remediation: `No action is needed. In a real ${product.title} alert, this says what to do.`,
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
  };
  return { source: product.name, alert: readAlertMessage({ content, extras: {} }, context) as AlertInput };
}

/** The body that the Test button of the product's integration page sends. */
export const TEST_BUTTON_BODY = {
  alert: {
    id: 'testalert',
    policy: { name: 'This is a test message created to test integration with StackRox.' },
  },
};

const POLICY = {
  notifiers: ['0f6c1f0e-6a5c-4d7e-9a53-2b6f5f1f3a10'],
  lastUpdated: '2026-06-02T08:11:40.118204Z',
  policyVersion: '1.1',
  criteriaLocked: true,
  mitreVectorsLocked: true,
  isDefault: true,
};

const SHOP = {
  namespace: 'shop',
  namespaceId: '46e82a36-a015-4eec-928b-ebc5ff6c612b',
  clusterId: '6723ceb7-92ba-4585-84d4-22735d001576',
  clusterName: 'prod-eu-1',
};

const SHOP_DEPLOYMENTS = {
  cart: {
    alertId: '5be0c2d1-6a0e-4a8f-9f0c-0d6a3f1f7c55',
    id: 'c1b0a6de-7f43-4f0b-8a54-2b9f1c7be0aa',
    tag: '3.0.1',
    digest: 'sha256:9a41c0de76aa7b2c4ee8d5f06d1b3b0c55a2f8e9177c3d24b6f0e1a8d9c7b654',
  },
  'checkout-api': {
    alertId: 'ce14e79c-7a8d-447f-944b-48550fa9e89d',
    id: '7bd51fff-7469-4f34-9b21-7bcbd9b4e71d',
    tag: '2.14.3',
    digest: 'sha256:0317d21f166babf5ffc4bc2dabbf0f6785948ca452ccd98d7ff2a775e3d37643',
  },
} as const;

/** The webhook's body for a deploy-time violation. @param now ms: when it happened */
export function privilegedContainerBody(name: keyof typeof SHOP_DEPLOYMENTS, now: number): object {
  const { alertId, id, tag, digest } = SHOP_DEPLOYMENTS[name];
  const time = new Date(now).toISOString();
  return {
    alert: {
      id: alertId,
      policy: {
        ...POLICY,
        id: 'fe9de18b-86db-44d5-a7c4-74173ccffe2e',
        name: 'Privileged Container',
        description: 'A container in the workload asks for privileged mode.',
        rationale: 'Privileged containers can reach devices and kernel interfaces of the host.',
        remediation: 'Drop securityContext.privileged and grant single capabilities instead.',
        categories: ['Privileges', 'Docker CIS'],
        lifecycleStages: ['DEPLOY'],
        severity: 'MEDIUM_SEVERITY',
        policySections: [{ policyGroups: [{ fieldName: 'Privileged Container', values: [{ value: 'true' }] }] }],
      },
      ...SHOP,
      deployment: {
        ...SHOP,
        id,
        name,
        type: 'Deployment',
        labels: { app: name, 'app.kubernetes.io/part-of': 'shop', team: 'payments' },
        containers: [
          {
            name,
            image: {
              id: digest,
              name: {
                registry: 'quay.io',
                remote: `acme-shop/${name}`,
                tag,
                fullName: `quay.io/acme-shop/${name}:${tag}`,
              },
            },
          },
        ],
        annotations: { email: 'payments-oncall@example.com', owner: 'payments' },
      },
      violations: [{ message: `Container '${name}' is privileged` }],
      time,
      firstOccurred: time,
    },
  };
}

const STAGE = {
  namespace: 'openshift-custom-net',
  namespaceId: 'fa2bb9c1-f639-4242-bec5-8e131b79892c',
  clusterId: '49987769-d5a2-47a5-80ce-3b5300946cb3',
  clusterName: 'stage-us-2',
};

/** The webhook's body for a runtime violation that RHACS answered by killing the pod. @param now ms: when it happened */
export function iptablesBody(now: number): object {
  const at = (ms: number): string => new Date(now + ms).toISOString();
  const process = (pod: string, name: string, args: string, pid: number, time: string): object => ({
    containerName: 'net-tool',
    podId: pod,
    signal: {
      time,
      name,
      args,
      execFilePath: `/usr/sbin/${name}`,
      pid,
      lineageInfo: [{ parentExecFilePath: '/bin/sh' }],
    },
    clusterId: STAGE.clusterId,
    namespace: STAGE.namespace,
  });
  return {
    alert: {
      id: '3a70fd79-8ce6-49e5-a513-12cf42f6bc1c',
      policy: {
        ...POLICY,
        id: 'ed8c7957-14de-40bc-aeab-d27ceeecfa7b',
        name: 'Iptables or nftables Executed in Privileged Container',
        description: 'A firewall tool ran as root in a privileged container.',
        rationale: 'The tool can switch off host firewalling.',
        remediation: 'Stop the pod and check the host rules.',
        categories: ['Network Tools', 'Security Best Practices'],
        lifecycleStages: ['RUNTIME'],
        eventSource: 'DEPLOYMENT_EVENT',
        severity: 'CRITICAL_SEVERITY',
        enforcementActions: ['KILL_POD_ENFORCEMENT'],
        policySections: [
          {
            policyGroups: [
              { fieldName: 'Privileged Container', values: [{ value: 'true' }] },
              { fieldName: 'Process Name', values: [{ value: 'iptables' }, { value: 'nft' }] },
              { fieldName: 'Process UID', values: [{ value: '0' }] },
            ],
          },
        ],
        mitreAttackVectors: [
          { tactic: 'TA0004', techniques: ['T1611'] },
          { tactic: 'TA0005', techniques: ['T1562.004'] },
          { tactic: 'TA0003' },
        ],
      },
      lifecycleStage: 'RUNTIME',
      ...STAGE,
      deployment: {
        ...STAGE,
        id: '0cdf06b1-b196-4c98-bc3d-744e6396d2f4',
        name: 'node-net-tool',
        type: 'DaemonSet',
        labels: { 'k8s-app': 'node-net-tool' },
        containers: [
          {
            name: 'net-tool',
            image: {
              id: 'sha256:8d2153965780e5226dee0adb461449a3c7d555a5d8e8c1fc4c6eb6b669a4ef27',
              name: {
                registry: 'registry.example.com',
                remote: 'netops/net-tool',
                tag: '0.3.1',
                fullName: 'registry.example.com/netops/net-tool:0.3.1',
              },
            },
          },
        ],
      },
      violations: [{ message: "Container 'net-tool' is privileged" }],
      processViolation: {
        message:
          "Binaries '/usr/sbin/iptables' and '/usr/sbin/nft' executed with 2 different arguments under user ID 0",
        processes: [
          process('node-net-tool-7kq9d', 'iptables', '-F', 4410, at(-5_250)),
          process('node-net-tool-c4t8z', 'nft', 'flush ruleset', 4511, at(-750)),
        ],
      },
      enforcement: {
        action: 'KILL_POD_ENFORCEMENT',
        message: 'StackRox killed pods in deployment in response to this policy violation.',
      },
      time: at(0),
      firstOccurred: at(-4_600),
      platformComponent: true,
      entityType: 'DEPLOYMENT',
      enforcementCount: 2,
    },
  };
}
