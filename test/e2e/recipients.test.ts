import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { TestHttpServer } from '../support/http-server.ts';
import { temporaryDirectory } from '../support/process.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { startTocsin } from '../support/tocsin.ts';
import { mailsOf, postJson, unwrapped } from './support.ts';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/rhacs/${name}.json`, import.meta.url)), 'utf8');
const TEAM =
  'web-team web-oncall storefront-dev storefront-qa storefront-design platform-shop-liaison shop-release-managers'
    .split(' ')
    .map((name) => `${name}@example.com`);

test('RHACS alerts of one group reach their people, each once, whoever cannot be reached', async () => {
  const smtp = await TestSmtpServer.start();
  onTestFinished(() => smtp.close());
  smtp.fail('RCPT', '550 5.1.1 No such user', { when: (line) => line.includes('shop-security-champions') });
  smtp.fail('RCPT', '451 4.7.1 Greylisted', { times: 2, when: (line) => line.includes('storefront-qa') });
  const metadata = {
    id: 'd4fac041-ef93-4cda-a929-804b343aca2c',
    name: 'marketing',
    clusterId: '6723ceb7-92ba-4585-84d4-22735d001576',
    annotations: { email: 'Marketing <marketing@example.com>' },
  };
  const central = await TestHttpServer.start(() => ({
    status: 200,
    body: JSON.stringify({ namespaces: [{ metadata }] }),
  }));
  onTestFinished(() => central.close());
  const secrets = temporaryDirectory('recipients');
  onTestFinished(secrets.remove);
  writeFileSync(join(secrets.path, 'token'), 'sesame');

  const tocsin = await startTocsin(`
global:
  smtp_smarthost: ${smtp.smarthost}
  smtp_from: Tocsin <tocsin@example.org>
  smtp_require_tls: false
route:
  receiver: security
  group_by: [source]
  group_wait: 0s
  group_interval: 1s
receivers:
- name: security
  email_configs:
  - to: SOC <soc@example.com>
    cc: archive@example.com
    send_resolved: true
    recipients: { annotation: email, allowed_domains: [example.com] }
teams:
  platform: { email: [platform@example.com], matchers: ['resource_type="cluster_roles"'] }
sources:
  rhacs:
    central: { url: '${central.url('')}', token_file: '${join(secrets.path, 'token')}', poll_interval: 1h }
    namespace_annotations: { from: central }
`);
  onTestFinished(() => tocsin.stop());
  const post = async (name: string): Promise<void> => {
    expect((await postJson(`${tocsin.url}/webhooks/rhacs`, read(name))).status).toBe(200);
  };

  await post('01-deploy-email-annotation');
  await post('03-runtime-processes');
  await post('14-deploy-multi-container');
  await post('02-deploy-no-annotations');
  await post('10-resource-cluster-role');
  const others = ['payments-oncall', 'billing-dev', 'marketing', 'platform'].map((name) => `${name}@example.com`);
  await mailsOf(smtp, tocsin, TEAM.length + others.length + 1);
  // Nothing annotated, no namespace known, no team: the default, after ticks in which others were tried again.
  await post('13-enforced-scale-to-zero');
  const mails = await mailsOf(smtp, tocsin, TEAM.length + others.length + 2);

  const byRecipient = new Map(mails.filter(({ to }) => to.length === 1).map((mail) => [mail.to[0], mail]));
  expect([...byRecipient.keys()].sort()).toEqual([...TEAM, ...others].sort());
  const subjects = (address: string): string | undefined => byRecipient.get(address)?.parsed.subject;
  expect(subjects('payments-oncall@example.com')).toContain('Deployment checkout-api (in cluster prod-eu-1)');
  expect(subjects('billing-dev@example.com')).toContain('Deployment invoice-worker (in cluster prod-eu-1)');
  expect(subjects('marketing@example.com')).toContain('Deployment landing-page (in cluster prod-eu-1)');
  expect(subjects('platform@example.com')).toContain("Policy 'Cluster role changed by hand' violated");
  for (const address of TEAM) {
    expect(subjects(address)).toContain('Deployment storefront (in cluster prod-eu-1)');
    const text = unwrapped(byRecipient.get(address)?.parsed.text);
    expect(text).toContain('Note: prod-eu-1/shop/storefront: deployment annotation email is "web-team@example.com');
    expect(text).toContain('but it is truncated (it ends in "..."): the last recipient is left out.');
  }
  expect(byRecipient.get('marketing@example.com')?.parsed.to).toMatchObject({
    text: '"Marketing" <marketing@example.com>',
  });

  const toDefault = mails.filter(({ to }) => to.length > 1);
  expect(toDefault.map(({ to }) => to)).toEqual(Array(2).fill(['soc@example.com', 'archive@example.com']));
  const refused = toDefault.find(({ parsed }) => parsed.subject?.includes('storefront'));
  expect(unwrapped(refused?.parsed.text)).toContain(
    'Note: shop-security-champions@example.com was refused: 550 5.1.1 No such user. The default recipients were notified instead.',
  );
  expect(refused?.parsed.html).toContain('shop-security-champions@example.com was refused');
  expect(toDefault.some(({ parsed }) => parsed.subject?.includes('legacy-ftp'))).toBe(true);
});
