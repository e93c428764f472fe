import { type Field, hidden, list, map, object, type Values } from '../../config/field.ts';
import { bool, duration, oneOf, string, url } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { receiverSchema } from '../define-receiver.ts';
import { yamlText } from '../yaml-text-field.ts';

const fieldShape = object({ template, enable_update: bool });

/** The old form, a text, or the mapping. */
const field: Field<Values<typeof fieldShape.shape>> = {
  read(place) {
    if (place.node.kind === 'scalar') return { template: template.read(place) };
    return fieldShape.read(place);
  },
  write: (values) => fieldShape.write(values),
};

const globals = {
  jira_api_url: hidden(url),
};

export const jiraSchema = receiverSchema({
  kind: 'jira',
  isHidden: true,
  sendResolvedDefault: true,
  shape: {
    api_url: url,
    api_type: oneOf('auto', 'cloud', 'datacenter'),
    project: template,
    summary: field,
    description: field,
    labels: list(template),
    priority: template,
    issue_type: template,
    reopen_transition: string,
    resolve_transition: string,
    wont_fix_resolution: string,
    reopen_duration: duration,
    fields: map(yamlText),
  },
  globals,
  resolve(values, place, global) {
    if (!values.project) place.report('missing project in jira_config');
    if (!values.issue_type) place.report('missing issue_type in jira_config');
    const api_url = values.api_url ?? global.jira_api_url;
    if (!api_url && place.lacks('api_url')) place.report('no global Jira Cloud URL set');
    return { ...values, api_url, api_type: values.api_type ?? 'auto' };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, project }) => [api_url, project],
});
