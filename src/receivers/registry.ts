import { defineReceiver, type ReceiverKind } from './define-receiver.ts';
import { discordSchema } from './discord/config.ts';
import { email } from './email/email.ts';
import { incidentioSchema } from './incidentio/config.ts';
import { jiraSchema } from './jira/config.ts';
import { mattermostSchema } from './mattermost/config.ts';
import { msteamsSchema } from './msteams/config.ts';
import { msteamsv2Schema } from './msteamsv2/config.ts';
import { opsgenieSchema } from './opsgenie/config.ts';
import { pagerdutySchema } from './pagerduty/config.ts';
import { pushoverSchema } from './pushover/config.ts';
import { rocketchatSchema } from './rocketchat/config.ts';
import { slackSchema } from './slack/config.ts';
import { snsSchema } from './sns/config.ts';
import { telegramSchema } from './telegram/config.ts';
import { victoropsSchema } from './victorops/config.ts';
import { webexSchema } from './webex/config.ts';
import { webhook } from './webhook/webhook.ts';
import { wechatSchema } from './wechat/config.ts';

/**
 * Every kind of receiver, `<kind>_configs` of the file, in the order in which Alertmanager checks them. Configuration, metrics,
 * `check-config` and the status API know the kinds from here.
 */
export const receiverKinds: readonly ReceiverKind[] = [
  webhook,
  email,
  defineReceiver(slackSchema),
  defineReceiver(pushoverSchema),
  defineReceiver(pagerdutySchema),
  defineReceiver(incidentioSchema),
  defineReceiver(opsgenieSchema),
  defineReceiver(wechatSchema),
  defineReceiver(victoropsSchema),
  defineReceiver(snsSchema),
  defineReceiver(telegramSchema),
  defineReceiver(discordSchema),
  defineReceiver(webexSchema),
  defineReceiver(msteamsSchema),
  defineReceiver(msteamsv2Schema),
  defineReceiver(jiraSchema),
  defineReceiver(rocketchatSchema),
  defineReceiver(mattermostSchema),
];
