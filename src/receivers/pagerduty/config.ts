import { atMostOne } from '../../config/exclusive.ts';
import { hidden, list, map, object, withDefault } from '../../config/field.ts';
import { goDuration, secret, url, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';
import { yamlText } from '../yaml-text-field.ts';

const globals = {
  pagerduty_url: withDefault(url, 'https://events.pagerduty.com/v2/enqueue'),
};

export const pagerdutySchema = receiverSchema({
  kind: 'pagerduty',
  sendResolvedDefault: true,
  shape: {
    service_key: secret,
    service_key_file: workingPath,
    routing_key: secret,
    routing_key_file: workingPath,
    url,
    client: template,
    client_url: template,
    description: template,
    details: map(yamlText),
    images: list(object({ src: template, alt: template, href: template })),
    links: list(object({ href: template, text: template })),
    source: template,
    severity: template,
    class: template,
    component: template,
    group: template,
    timeout: hidden(goDuration),
  },
  globals,
  defaults: {
    ...defaultTemplates('pagerduty', { client: 'client', client_url: 'clientURL', source: 'client' }),
    description: '{{ template "pagerduty.default.description" .}}',
  },
  resolve(values, place, global) {
    if (!values.routing_key && !values.service_key && !values.routing_key_file && !values.service_key_file) {
      place.report('missing service or routing key in PagerDuty config');
    }
    atMostOne(place, values, ['routing_key', 'routing_key_file']);
    atMostOne(place, values, ['service_key', 'service_key_file']);
    return { ...values, url: values.url ?? global.pagerduty_url };
  },
  convert: (values) => values,
  recipientsOf: ({ routing_key, routing_key_file, service_key, service_key_file }) => [
    routing_key,
    routing_key_file,
    service_key,
    service_key_file,
  ],
});
