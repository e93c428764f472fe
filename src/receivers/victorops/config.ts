import { atMostOne } from '../../config/exclusive.ts';
import { map, withDefault } from '../../config/field.ts';
import { ownOrInherited } from '../../config/own-or-inherited.ts';
import { secret, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { withSlash } from '../../config/url.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

const RESERVED = new Set(
  'routing_key message_type state_message entity_display_name monitoring_tool entity_id entity_state'.split(' '),
);

const globals = {
  victorops_api_url: withDefault(url, 'https://alert.victorops.com/integrations/generic/20131114/alert/'),
  victorops_api_key: secret,
  victorops_api_key_file: workingPath,
};

export const victoropsSchema = receiverSchema({
  kind: 'victorops',
  sendResolvedDefault: true,
  shape: {
    api_key: secret,
    api_key_file: workingPath,
    api_url: url,
    routing_key: template,
    message_type: template,
    state_message: template,
    entity_display_name: template,
    monitoring_tool: template,
    custom_fields: map(template),
  },
  globals,
  defaults: {
    message_type: 'CRITICAL',
    ...defaultTemplates('victorops', {
      state_message: 'state_message',
      entity_display_name: 'entity_display_name',
      monitoring_tool: 'monitoring_tool',
    }),
  },
  resolve(values, place, global) {
    if (!values.routing_key) place.report('missing Routing key in VictorOps config');
    atMostOne(place, values, ['api_key', 'api_key_file']);
    for (const name of values.custom_fields?.keys() ?? []) {
      if (!RESERVED.has(name)) continue;
      const why = 'which cannot be used as it conflicts with the fixed/static fields';
      place.near('custom_fields').near(name).report(`victorOps config contains custom field ${name} ${why}`);
    }
    const [api_key, api_key_file] = ownOrInherited(
      [values.api_key, values.api_key_file],
      [global.victorops_api_key, global.victorops_api_key_file],
    );
    if (!api_key && !api_key_file) place.report('no global VictorOps API Key set');
    const api_url = values.api_url ?? global.victorops_api_url;
    return { ...values, api_key, api_key_file, api_url: api_url && withSlash(api_url) };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, api_key, api_key_file, routing_key }) => [api_url, api_key, api_key_file, routing_key],
});
