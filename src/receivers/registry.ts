import { awsSecurityHub } from './aws_security_hub/aws_security_hub.ts';
import type { ReceiverKind } from './define-receiver.ts';
import { discord } from './discord/discord.ts';
import { email } from './email/email.ts';
import { googleScc } from './google_scc/google_scc.ts';
import { incidentio } from './incidentio/incidentio.ts';
import { jira } from './jira/jira.ts';
import { mattermost } from './mattermost/mattermost.ts';
import { msteams } from './msteams/msteams.ts';
import { msteamsv2 } from './msteamsv2/msteamsv2.ts';
import { opsgenie } from './opsgenie/opsgenie.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { pushover } from './pushover/pushover.ts';
import { rocketchat } from './rocketchat/rocketchat.ts';
import { sentinel } from './sentinel/sentinel.ts';
import { slack } from './slack/slack.ts';
import { sns } from './sns/sns.ts';
import { splunk } from './splunk/splunk.ts';
import { sumologic } from './sumologic/sumologic.ts';
import { syslog } from './syslog/syslog.ts';
import { telegram } from './telegram/telegram.ts';
import { victorops } from './victorops/victorops.ts';
import { webex } from './webex/webex.ts';
import { webhook } from './webhook/webhook.ts';
import { wechat } from './wechat/wechat.ts';

/**
 * Every kind of receiver, `<kind>_configs` of the file, in the order in which Alertmanager checks them. Configuration, metrics,
 * `check-config` and the status API know the kinds from here.
 */
export const receiverKinds: readonly ReceiverKind[] = [
  webhook,
  email,
  slack,
  pushover,
  pagerduty,
  incidentio,
  opsgenie,
  wechat,
  victorops,
  sns,
  telegram,
  discord,
  webex,
  msteams,
  msteamsv2,
  jira,
  rocketchat,
  mattermost,
  // Tocsin's own: RHACS' other notifiers.
  splunk,
  sumologic,
  syslog,
  googleScc,
  awsSecurityHub,
  sentinel,
];
