import { secretUrl, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { checkWebhookUrl } from '../webhook-url.ts';

export const msteamsv2Schema = receiverSchema({
  kind: 'msteamsv2',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: workingPath,
    title: template,
    text: template,
  },
  defaults: {
    ...defaultTemplates('msteamsv2', { title: 'title', text: 'text' }),
  },
  resolve(values, place, global) {
    checkWebhookUrl(values, place);
    // The only kind whose own http_config inherits something: the proxy.
    const { http_config: own } = values;
    const http_config = own && { ...own, proxy_url: own.proxy_url ?? global.http_config.proxy_url };
    return { ...values, http_config };
  },
  convert: (values) => values,
  recipientsOf: ({ webhook_url, webhook_url_file }) => [webhook_url, webhook_url_file],
});
