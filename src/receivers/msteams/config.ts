import { atMostOne } from '../../config/exclusive.ts';
import { secretUrl, string, workingPath } from '../../config/scalars.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

export const msteamsSchema = receiverSchema({
  kind: 'msteams',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    webhook_url: secretUrl,
    webhook_url_file: workingPath,
    title: string,
    summary: string,
    text: string,
  },
  defaults: {
    ...defaultTemplates('msteams', { title: 'title', summary: 'summary', text: 'text' }),
  },
  resolve(values, place) {
    if (!values.webhook_url_file && place.lacks('webhook_url')) {
      place.report('one of webhook_url or webhook_url_file must be configured');
    }
    atMostOne(place, values, ['webhook_url', 'webhook_url_file']);
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ webhook_url, webhook_url_file }) => [webhook_url, webhook_url_file],
});
