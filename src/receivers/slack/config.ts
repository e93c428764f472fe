import { atMostOne } from '../../config/exclusive.ts';
import { type Field, hidden, list, object, withDefault } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import { bool, goDuration, secret, secretUrl, string, url, workingPath } from '../../config/scalars.ts';
import { Secret } from '../../config/secret.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, type EntryValues, type GlobalOf, receiverSchema } from '../define-receiver.ts';
import { type Requirements, requiring } from '../required.ts';

export const CHAT_API = 'https://slack.com/api/chat.postMessage';

const field = requiring(object({ title: template, value: template, short: bool }), {
  title: 'missing title in Slack field configuration',
  value: 'missing value in Slack field configuration',
});

const confirmation = requiring(object({ text: template, title: template, ok_text: template, dismiss_text: template }), {
  text: 'missing text in Slack confirmation configuration',
} satisfies Requirements);

const actionShape = object({
  type: template,
  text: template,
  url: template,
  style: template,
  name: template,
  value: template,
  confirm: confirmation,
});

const action: typeof actionShape extends Field<infer T> ? Field<T> : never = {
  read(place) {
    const values = requiring(actionShape, {
      type: 'missing type in Slack action configuration',
      text: 'missing text in Slack action configuration',
    }).read(place);
    if (values && !values.url && !values.name) place.report('missing name or url in Slack action configuration');
    // A link has none of a button's keys, as in Alertmanager.
    return values?.url ? { ...values, name: undefined, value: undefined, confirm: undefined } : values;
  },
  write: (values) => actionShape.write(values),
};

const shape = {
  api_url: secretUrl,
  api_url_file: workingPath,
  app_token: hidden(secret),
  app_token_file: hidden(workingPath),
  app_url: hidden(url),
  channel: template,
  username: template,
  color: template,
  title: template,
  title_link: template,
  pretext: template,
  text: template,
  message_text: hidden(template),
  fields: list(field),
  short_fields: bool,
  footer: template,
  fallback: template,
  callback_id: template,
  icon_emoji: template,
  icon_url: template,
  image_url: template,
  thumb_url: template,
  link_names: bool,
  mrkdwn_in: list(string),
  actions: list(action),
  update_message: hidden(bool),
  post_updates_to_thread: hidden(bool),
  timeout: hidden(goDuration),
};

/** One entry, as read. */
export type SlackValues = EntryValues<typeof shape>;

const globals = {
  slack_api_url: secretUrl,
  slack_api_url_file: workingPath,
  slack_app_token: hidden(secret),
  slack_app_token_file: hidden(workingPath),
  slack_app_url: withDefault(hidden(url), CHAT_API),
};

export const slackSchema = receiverSchema({
  kind: 'slack',
  sendResolvedDefault: false,
  shape,
  globals,
  checkGlobal,
  defaults: {
    ...defaultTemplates('slack', {
      username: 'username',
      color: 'color',
      title: 'title',
      title_link: 'titlelink',
      pretext: 'pretext',
      text: 'text',
      footer: 'footer',
      fallback: 'fallback',
      callback_id: 'callbackid',
      icon_emoji: 'iconemoji',
      icon_url: 'iconurl',
    }),
    short_fields: false,
    link_names: false,
  },
  show: withAuthorization,
  resolve(values, place, global) {
    checkOwn(values, place);
    const inherited = inherit(values, global);
    const hasToken = Boolean(inherited.app_token || inherited.app_token_file);
    const own = { url: values.api_url?.reveal(), file: values.api_url_file };
    const url = hasToken ? inherited.app_url : inherited.api_url?.reveal();
    checkUpdates(values, [own, { url, file: inherited.api_url_file }], place);
    if (!inherited.api_url && !inherited.api_url_file && !hasToken) {
      place.report('no Slack API URL nor App token set either inline or in a file');
    }
    if (hasToken && (values.http_config ?? global.http_config).authorization) {
      place.report("http authorization can't be set when using Slack App tokens");
    }
    return inherited;
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, api_url_file, app_url, app_token, app_token_file, channel }) => [
    api_url,
    api_url_file,
    app_url,
    app_token,
    app_token_file,
    channel,
  ],
});

function checkOwn(values: SlackValues, place: Place): void {
  atMostOne(place, values, ['api_url', 'api_url_file']);
  atMostOne(place, values, ['app_token', 'app_token_file']);
  if ((values.api_url || values.api_url_file) && (values.app_token || values.app_token_file)) {
    place.report('at most one of api_url/api_url_file & app_token/app_token_file must be configured');
  }
}

interface Target {
  readonly url: string | undefined;
  readonly file: string | undefined;
}

/** Updates and threads need the API for bots: checked on the entry's own URL, and on what it is in the end. */
function checkUpdates(values: SlackValues, targets: readonly Target[], place: Place): void {
  for (const option of ['update_message', 'post_updates_to_thread'] as const) {
    const problem = values[option] ? targets.map(botProblem).find(Boolean) : undefined;
    if (problem) place.near(option).report(`${option} ${problem}`);
  }
}

function botProblem({ url, file }: Target): string | undefined {
  if (!url) return file ? "can't be used with api_url_file" : undefined;
  return url === CHAT_API ? undefined : `can only be used with bot tokens. api_url must be set to ${CHAT_API}`;
}

/** The global token is taken only where the entry has neither authorization nor URL of its own. */
function inherit(values: SlackValues, global: GlobalOf<typeof globals>): SlackValues {
  const ownToken = values.app_token || values.app_token_file || values.http_config?.authorization || values.api_url;
  const ownUrl = values.api_url || values.api_url_file;
  return {
    ...values,
    app_url: values.app_url ?? global.slack_app_url,
    app_token: ownToken ? values.app_token : global.slack_app_token,
    app_token_file: ownToken ? values.app_token_file : global.slack_app_token_file,
    api_url: ownUrl ? values.api_url : global.slack_api_url,
    api_url_file: ownUrl ? values.api_url_file : global.slack_api_url_file,
  };
}

/** The old way to use a bot token, `slack_api_url` being the app URL, is allowed beside the token. */
function checkGlobal(place: Place, values: GlobalOf<typeof globals>): void {
  const hasToken = Boolean(values.slack_app_token || values.slack_app_token_file);
  const hasUrl = Boolean(values.slack_api_url || values.slack_api_url_file);
  if (!hasToken || !hasUrl || values.slack_api_url?.reveal() === values.slack_app_url) return;
  const keys = 'slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file';
  place.near('slack_api_url', 'slack_api_url_file').report(`at most one of ${keys} must be configured`);
}

/** A token is shown as what Alertmanager makes of it: a login, and the app's URL in place of a webhook's. */
function withAuthorization(values: SlackValues): SlackValues {
  const { app_token: credentials, app_token_file: credentials_file, app_url = CHAT_API } = values;
  if (!credentials && !credentials_file) return values;
  const authorization = { type: 'Bearer', credentials, credentials_file };
  return { ...values, api_url: new Secret(app_url), http_config: { ...values.http_config, authorization } };
}
