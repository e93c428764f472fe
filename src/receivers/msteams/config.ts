import { secretUrl, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { checkWebhookUrl } from '../webhook-url.ts';

export const msteamsSchema = receiverSchema({
  kind: 'msteams',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: workingPath,
    title: template,
    summary: template,
    text: template,
  },
  defaults: {
    ...defaultTemplates('msteams', { title: 'title', summary: 'summary', text: 'text' }),
  },
  resolve(values, place) {
    checkWebhookUrl(values, place);
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ webhook_url, webhook_url_file }) => [webhook_url, webhook_url_file],
});
