import { atMostOne } from '../../config/exclusive.ts';
import { definePassive } from '../../config/integration.ts';
import { bool, goDuration, secret, string, workingPath } from '../../config/scalars.ts';

export const pushoverSchema = definePassive({
  kind: 'pushover',
  sendResolvedDefault: true,
  shape: {
    user_key: secret,
    user_key_file: workingPath,
    token: secret,
    token_file: workingPath,
    title: string,
    message: string,
    url: string,
    url_title: string,
    device: string,
    sound: string,
    priority: string,
    retry: goDuration,
    expire: goDuration,
    ttl: goDuration,
    html: bool,
    monospace: bool,
  },
  resolve(values, place) {
    if (!values.user_key && !values.user_key_file) place.report('one of user_key or user_key_file must be configured');
    atMostOne(place, values, ['user_key', 'user_key_file']);
    if (!values.token && !values.token_file) place.report('one of token or token_file must be configured');
    atMostOne(place, values, ['token', 'token_file']);
    if (values.html && values.monospace) place.report('at most one of monospace & html must be configured');
    return values;
  },
});
