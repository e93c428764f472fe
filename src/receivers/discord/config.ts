import { hidden } from '../../config/field.ts';
import { secretUrl, string, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { checkWebhookUrl } from '../webhook-url.ts';

export const discordSchema = receiverSchema({
  kind: 'discord',
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: hidden(workingPath),
    content: hidden(template),
    title: template,
    message: template,
    username: hidden(string),
    avatar_url: hidden(string),
  },
  defaults: {
    ...defaultTemplates('discord', { title: 'title', message: 'message' }),
  },
  resolve(values, place) {
    checkWebhookUrl(values, place);
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ webhook_url, webhook_url_file }) => [webhook_url, webhook_url_file],
});
