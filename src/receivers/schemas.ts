import type { IntegrationSchema } from '../config/registry.ts';
import { discordSchema } from './discord/config.ts';
import { emailSchema } from './email/config.ts';
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
import { webhookSchema } from './webhook/config.ts';
import { wechatSchema } from './wechat/config.ts';

/** How every kind of integration is configured, in the order in which Alertmanager checks them. */
export const integrationSchemas: readonly IntegrationSchema[] = [
  webhookSchema,
  emailSchema,
  slackSchema,
  pushoverSchema,
  pagerdutySchema,
  incidentioSchema,
  opsgenieSchema,
  wechatSchema,
  victoropsSchema,
  snsSchema,
  telegramSchema,
  discordSchema,
  webexSchema,
  msteamsSchema,
  msteamsv2Schema,
  jiraSchema,
  rocketchatSchema,
  mattermostSchema,
];
