import { atMostOne } from '../../config/exclusive.ts';
import { list, map, object, withDefault } from '../../config/field.ts';
import { ownOrInherited } from '../../config/own-or-inherited.ts';
import type { Place } from '../../config/place.ts';
import { bool, secret, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { withSlash } from '../../config/url.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

const TYPES = /^(team|teams|user|escalation|schedule)$/;

const responder = object({ id: template, name: template, username: template, type: template });

const globals = {
  opsgenie_api_url: withDefault(url, 'https://api.opsgenie.com/'),
  opsgenie_api_key: secret,
  opsgenie_api_key_file: workingPath,
};

export const opsgenieSchema = receiverSchema({
  kind: 'opsgenie',
  sendResolvedDefault: true,
  shape: {
    api_key: secret,
    api_key_file: workingPath,
    api_url: url,
    message: template,
    description: template,
    source: template,
    details: map(template),
    entity: template,
    responders: list(responder),
    actions: template,
    tags: template,
    note: template,
    priority: template,
    update_alerts: bool,
  },
  globals,
  defaults: {
    ...defaultTemplates('opsgenie', { message: 'message', description: 'description', source: 'source' }),
  },
  resolve(values, place, global) {
    atMostOne(place, values, ['api_key', 'api_key_file']);
    for (const item of place.at('responders')?.items() ?? []) checkResponder(item);
    const [api_key, api_key_file] = ownOrInherited(
      [values.api_key, values.api_key_file],
      [global.opsgenie_api_key, global.opsgenie_api_key_file],
    );
    if (!api_key && !api_key_file) place.report('no global OpsGenie API Key set either inline or in a file');
    const api_url = values.api_url ?? global.opsgenie_api_url;
    return { ...values, api_key, api_key_file, api_url: api_url && withSlash(api_url) };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, api_key, api_key_file, responders }) => [api_url, api_key, api_key_file, responders],
});

function checkResponder(place: Place): void {
  const text = (key: string): string => {
    const node = place.at(key)?.node;
    return node?.kind === 'scalar' ? node.text : '';
  };
  if (text('id') === '' && text('username') === '' && text('name') === '') {
    place.report('opsGenieConfig responder has to have at least one of id, username or name specified');
  }
  const type = text('type');
  if (!type.includes('{{') && !TYPES.test(type.toLowerCase())) {
    place.report(`opsGenieConfig responder type does not match valid options ${TYPES.source}`);
  }
}
