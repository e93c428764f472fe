import { describe, expect, it } from 'vitest';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { context, DAY, fixture, only } from '../context.ts';
import { LABELS } from './fixture-labels.ts';

const ctx = context(DAY, { centralUrl: 'https://central.example.com' });

const alertOf = (name: string) => only(rhacs, fixture(name), ctx);

const SUMMARIES: Readonly<Record<string, string>> = {
  '01-deploy-email-annotation': "Deployment checkout-api (in cluster prod-eu-1) violates 'Privileged Container' Policy",
  '08-build-image': "Image quay.io/acme-shop/cart:3.0.0-beta.1 violates 'Fixable Severity at least Important' Policy",
  '09-resource-secret': "Policy 'OpenShift: Kubeadmin Secret Accessed' violated in cluster prod-eu-1",
  '11-node-file-access':
    "Node worker-3.prod-eu-1.example.com (in cluster prod-eu-1) violates 'Host configuration file modified' Policy",
  '17-audit-message':
    'carol@example.com called PATCH /v1/alerts/1e34370c-c8dc-4c4f-bc08-e938e189a190/resolve: request succeeded',
  '18-networkpolicy-message': "New network policy YAML for cluster 'prod-eu-1' needs to be applied",
  '19-test-button': 'Test message from RHACS',
};

const LINKS: Readonly<Record<string, string>> = {
  '01-deploy-email-annotation': 'https://central.example.com/main/violations/ce14e79c-7a8d-447f-944b-48550fa9e89d',
  '08-build-image':
    'https://central.example.com/main/vulnerability-management/image/45226adf-f625-5342-b75f-b7bffbed6558',
  '11-node-file-access': 'https://central.example.com/main/violations/dfc689ea-29c4-4b35-b87a-793886a8de3e',
  '17-audit-message': 'https://central.example.com',
  '19-test-button': 'https://central.example.com',
};

describe('bodies as RHACS sends them', () => {
  it.each(Object.entries(LABELS))('%s has exactly these labels', (name, labels) => {
    expect(alertOf(name).labels.toJSON()).toEqual(labels);
  });

  it.each(Object.entries(SUMMARIES))("%s has RHACS's own subject", (name, summary) => {
    expect(alertOf(name).annotations.get('summary')).toBe(summary);
  });

  it.each(Object.entries(LINKS))('%s links into Central', (name, link) => {
    expect(alertOf(name).generatorURL).toBe(link);
  });

  it.each(Object.keys(LABELS))('%s is kept whole in details', (name) => {
    expect(alertOf(name).details).toEqual(fixture(name));
  });

  it('shows the policy, the violations and the images', () => {
    expect(alertOf('04-runtime-kube-exec').annotations.toJSON()).toEqual({
      summary: "Deployment ledger-db (in cluster prod-eu-1) violates 'Kubernetes Actions: Exec into Pod' Policy",
      description: 'Somebody ran a command in a container through the Kubernetes API.',
      rationale: 'Interactive shells can change a container outside of the release process.',
      remediation: 'Check who ran the command and whether it was part of planned work.',
      categories: 'Kubernetes Events',
      images: 'registry.example.com/platform/postgresql:15.7',
      violations:
        "Kubernetes API received exec 'psql -U ledger -c select 1' request into pod 'ledger-db-0' container 'postgres'",
    });
  });

  it('lists the violations before that of the processes, one per line', () => {
    expect(alertOf('15-runtime-mitre-kill-pod').annotations.get('violations')).toBe(
      "Container 'net-tool' is privileged\nBinaries '/usr/sbin/iptables' and '/usr/sbin/nft' executed with 2 different arguments under user ID 0",
    );
    const hostile = alertOf('21-adversarial-injection').annotations.get('violations')?.split('\n');
    expect(hostile).toHaveLength(2);
  });

  it('names an image by digest where it has no tag', () => {
    expect(alertOf('14-deploy-multi-container').annotations.get('images')?.split('\n')).toEqual([
      'quay.io/acme-shop/storefront:5.2.0',
      'docker.io/envoyproxy/envoy@sha256:ea63173b3af089af93a823bff5bdbd1148abd8008677e2d92cef9b278982aab2',
      'registry.example.com:5000/infra/vault-proxy:1.17',
      'image-registry.openshift-image-registry.svc:5000/shop/storefront-migrate:5.2.0',
    ]);
  });

  it('starts with the first occurrence, in its own digits, and goes stale after a day', () => {
    expect(alertOf('03-runtime-processes')).toMatchObject({
      startsAt: Date.parse('2026-08-20T10:02:44.902Z') + 0.21733,
      startsAtText: '2026-08-20T10:02:44.90221733Z',
      staleAfter: DAY,
    });
    expect(alertOf('08-build-image').startsAtText).toBe('2026-08-20T12:31:09.777003141Z');
    expect(alertOf('19-test-button').startsAt).toBeUndefined();
  });

  it('is the same alert when sent again with more in it, or with its deployment gone', () => {
    const prints = ['03-runtime-processes', '23-runtime-processes-resent', '24-runtime-resent-deployment-gone'].map(
      (name) => alertOf(name).labels.fingerprint,
    );
    expect(new Set(prints).size).toBe(1);
    expect(alertOf('23-runtime-processes-resent').annotations.has('deployment_inactive')).toBe(false);
    expect(alertOf('24-runtime-resent-deployment-gone').annotations.get('deployment_inactive')).toBe('true');
  });

  it('treats attempts, audit messages, network policies and tests as events', () => {
    const events = Object.keys(LABELS).filter((name) => alertOf(name).event === true);
    expect(events).toEqual([
      '12-attempted-deploy-create',
      '17-audit-message',
      '18-networkpolicy-message',
      '19-test-button',
    ]);
  });

  it('ends what Central calls resolved', () => {
    const firing = alertOf('01-deploy-email-annotation');
    const resolved = only(rhacs, { alert: fixture('20-rest-alert-resolved') }, ctx);
    expect(resolved.labels.toJSON()).toEqual(firing.labels.toJSON());
    expect(resolved.endsAtText).toBe('2026-08-20T19:02:10.660187329Z');
    expect(resolved.event).toBeUndefined();
  });
});
