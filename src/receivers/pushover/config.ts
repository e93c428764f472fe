import { atMostOne } from '../../config/exclusive.ts';
import { hidden } from '../../config/field.ts';
import { bool, goDuration, secret, workingPath } from '../../config/scalars.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

export const pushoverSchema = receiverSchema({
  kind: 'pushover',
  sendResolvedDefault: true,
  shape: {
    user_key: secret,
    user_key_file: hidden(workingPath),
    token: secret,
    token_file: hidden(workingPath),
    title: template,
    message: template,
    url: template,
    url_title: template,
    device: hidden(template),
    sound: template,
    priority: template,
    retry: goDuration,
    expire: goDuration,
    ttl: hidden(goDuration),
    html: bool,
    monospace: hidden(bool),
  },
  defaults: {
    ...defaultTemplates('pushover', { title: 'title', message: 'message', url: 'url' }),
    priority: '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}',
    retry: 60_000,
    expire: 3_600_000,
  },
  resolve(values, place) {
    if (!values.user_key && !values.user_key_file) place.report('one of user_key or user_key_file must be configured');
    atMostOne(place, values, ['user_key', 'user_key_file']);
    if (!values.token && !values.token_file) place.report('one of token or token_file must be configured');
    atMostOne(place, values, ['token', 'token_file']);
    if (values.html && values.monospace) place.report('at most one of monospace & html must be configured');
    return values;
  },
  convert: (values) => values,
  recipientsOf: ({ user_key, user_key_file, device }) => [user_key, user_key_file, device],
});
