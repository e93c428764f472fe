import { withDefault } from '../../config/field.ts';
import { url } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

const globals = {
  webex_api_url: withDefault(url, 'https://webexapis.com/v1/messages'),
};

export const webexSchema = receiverSchema({
  kind: 'webex',
  sendResolvedDefault: true,
  shape: { api_url: url, message: template, room_id: template },
  globals,
  defaults: {
    ...defaultTemplates('webex', { message: 'message' }),
  },
  resolve(values, place, global) {
    if (!values.room_id) place.report('missing room_id on webex_config');
    if (!values.http_config?.authorization) place.report('missing webex_configs.http_config.authorization');
    return { ...values, api_url: values.api_url ?? global.webex_api_url };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, room_id }) => [api_url, room_id],
});
