import { atMostOne } from '../../config/exclusive.ts';
import { hidden, list, object } from '../../config/field.ts';
import { bool, secretUrl, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { requiring } from '../required.ts';

const field = requiring(object({ title: template, value: template, short: bool }), {
  title: 'missing title in Mattermost field configuration',
  value: 'missing value in Mattermost field configuration',
});

/** What a message and each of its attachments have in common. */
const attachment = {
  fallback: template,
  color: template,
  pretext: template,
  text: template,
  author_name: template,
  author_link: template,
  author_icon: template,
  title: template,
  title_link: template,
  fields: list(field),
  thumb_url: template,
  footer: template,
  footer_icon: template,
  image_url: template,
};

const globals = {
  mattermost_webhook_url: hidden(secretUrl),
  mattermost_webhook_url_file: hidden(workingPath),
};

export const mattermostSchema = receiverSchema({
  kind: 'mattermost',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: workingPath,
    channel: template,
    username: template,
    ...attachment,
    icon_url: template,
    icon_emoji: template,
    attachments: list(object(attachment)),
    type: template,
    props: object({ card: template }),
    priority: object({ priority: template, requested_ack: bool, persistent_notifications: bool }),
  },
  globals,
  defaults: {
    ...defaultTemplates('mattermost', {
      username: 'username',
      text: 'text',
      fallback: 'fallback',
      color: 'color',
      title: 'title',
      title_link: 'titlelink',
    }),
  },
  resolve(values, place, global) {
    atMostOne(place, values, ['webhook_url', 'webhook_url_file']);
    const own = values.webhook_url || values.webhook_url_file;
    const webhook_url = own ? values.webhook_url : global.mattermost_webhook_url;
    const webhook_url_file = own ? values.webhook_url_file : global.mattermost_webhook_url_file;
    if (!webhook_url && !webhook_url_file && place.lacks('webhook_url')) {
      place.report('missing webhook_url or webhook_url_file on mattermost_config');
    }
    return { ...values, webhook_url, webhook_url_file };
  },
  convert: (values) => values,
  recipientsOf: ({ webhook_url, webhook_url_file, channel }) => [webhook_url, webhook_url_file, channel],
});
