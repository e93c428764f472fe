import { expect, it } from 'vitest';
import { LabelSet } from '../../../src/alert/label-set.ts';
import type { Notification } from '../../../src/alert/notification.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { alertKinds } from '../../../src/sources/registry.ts';
import { createTemplates } from '../../../src/templating/create-templates.ts';
import { TestSmtpServer } from '../../support/smtp-server.ts';
import { testContext } from '../support/context.ts';
import { emailConfig } from '../support/email.ts';
import { alertWith, notificationOf } from '../support/notification.ts';
import { never } from '../support/until.ts';

it('combines several groups in one email that says that it is a digest, and why', async () => {
  const server = await TestSmtpServer.start();
  const context = { ...(await testContext()), templates: await createTemplates({ userGlobs: [], kinds: alertKinds }) };
  const receiver = createEmailReceiver(emailConfig(server), context);
  const groups = ['DiskFull', 'HighLatency'].map((alertname) =>
    notificationOf([alertWith({ alertname, severity: 'warning' })], {
      groupKey: `{}:{alertname="${alertname}"}`,
      groupLabels: LabelSet.of({ alertname }),
    }),
  );
  const digest: Notification = {
    ...(groups[0] as Notification),
    groupKey: 'digest',
    groupLabels: LabelSet.empty,
    alerts: groups.flatMap(({ alerts }) => alerts),
    digest: { why: 'The budget is nearly used up.', notifications: groups },
  };
  try {
    await receiver.send(digest, never);
    const [mail] = await server.waitForMails(1);
    expect(mail?.parsed.subject).toBe('[DIGEST] 2 groups, 2 alerts (2 warning)');
    expect(mail?.parsed.text).toContain('This is a digest. The budget is nearly used up.');
    for (const name of ['DiskFull', 'HighLatency']) {
      expect(mail?.parsed.text).toContain(`[Firing · warning] ${name}`);
      expect(mail?.parsed.html).toContain(name);
    }
  } finally {
    await receiver.close();
    await server.close();
  }
});
