import { atMostOne } from '../../config/exclusive.ts';
import { hidden, list, object, withDefault } from '../../config/field.ts';
import { ownOrInherited } from '../../config/own-or-inherited.ts';
import type { Place } from '../../config/place.ts';
import { bool, secret, string, url, workingPath } from '../../config/scalars.ts';
import { Secret } from '../../config/secret.ts';
import { template } from '../../config/template-string.ts';
import { defaultTemplates, receiverSchema } from '../define-receiver.ts';

/** These two have no YAML names in Alertmanager: Go lower-cases its own. */
const field = object({ short: bool, title: template, value: template });
const action = object({
  type: string,
  text: template,
  url: template,
  imageurl: string,
  iswebview: bool,
  webviewheightratio: string,
  msg: template,
  msginchatwindow: bool,
  msgprocessingtype: string,
});

const globals = {
  rocketchat_api_url: hidden(withDefault(url, 'https://open.rocket.chat/')),
  rocketchat_token: hidden(secret),
  rocketchat_token_file: hidden(workingPath),
  rocketchat_token_id: hidden(secret),
  rocketchat_token_id_file: hidden(workingPath),
};

export const rocketchatSchema = receiverSchema({
  kind: 'rocketchat',
  isHidden: true,
  sendResolvedDefault: false,
  shape: {
    api_url: url,
    token_id: secret,
    token_id_file: workingPath,
    token: secret,
    token_file: workingPath,
    channel: template,
    color: template,
    title: template,
    title_link: template,
    text: template,
    message_text: template,
    fields: list(field),
    short_fields: bool,
    emoji: template,
    icon_url: template,
    image_url: template,
    thumb_url: template,
    link_names: bool,
    actions: list(action),
  },
  globals,
  defaults: {
    color: '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}',
    ...defaultTemplates('rocketchat', {
      title: 'title',
      title_link: 'titlelink',
      text: 'text',
      emoji: 'emoji',
      icon_url: 'iconurl',
    }),
    short_fields: false,
    link_names: false,
  },
  resolve(values, place, global) {
    atMostOne(place, values, ['token', 'token_file']);
    atMostOne(place, values, ['token_id', 'token_id_file']);
    const [token_id, token_id_file] = ownOrInherited(
      [values.token_id ?? emptyAt(place, 'token_id'), values.token_id_file],
      [global.rocketchat_token_id, global.rocketchat_token_id_file],
    );
    if (!token_id && !token_id_file) place.report('no global Rocketchat TokenID set either inline or in a file');
    const [token, token_file] = ownOrInherited(
      [values.token ?? emptyAt(place, 'token'), values.token_file],
      [global.rocketchat_token, global.rocketchat_token_file],
    );
    if (!token && !token_file) place.report('no global Rocketchat Token set either inline or in a file');
    const api_url = values.api_url ?? global.rocketchat_api_url;
    return { ...values, token_id, token_id_file, token, token_file, api_url };
  },
  convert: (values) => values,
  recipientsOf: ({ api_url, channel }) => [api_url, channel],
});

/** An empty token counts as given. */
function emptyAt(place: Place, key: string): Secret | undefined {
  return place.at(key) && place.lacks(key) ? new Secret('') : undefined;
}
