import { atMostOne } from '../../config/exclusive.ts';
import { type Field, hidden, MASK, map } from '../../config/field.ts';
import { toHttpConfig } from '../../config/http-client.ts';
import { defaultHttpValues } from '../../config/http-config.ts';
import { checkUrlAt, goDuration, MASK_URL, oneOf, secret, string, uint, workingPath } from '../../config/scalars.ts';
import type { Secret, SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpConfig } from '../../config/types.ts';
import { receiverSchema } from '../define-receiver.ts';
import { type YamlText, yamlText } from '../yaml-text-field.ts';

/** One `webhook_configs` entry. */
export interface WebhookConfig {
  /** A Handlebars template over TemplateData when it holds `{{`. `url_file` is read per notification. */
  readonly url: SecretSource;
  readonly http: HttpConfig;
  /** 0: all. */
  readonly maxAlerts: number;
  /** ms for one attempt; 0: none. */
  readonly timeout: number;
  /** Any YAML tree whose strings (keys too) are Handlebars templates; undefined: the standard body. */
  readonly payload: YamlText | undefined;
  /** `rhacs`: one request per alert and change of its state, with the body of RHACS' own webhook. */
  readonly format: 'rhacs' | undefined;
  /** Members of that body beside the message. */
  readonly extraFields: ReadonlyMap<string, string>;
}

/** A URL, or a template of one: a secret either way, so its text is in no error. */
const url: Field<Secret> = {
  read(place) {
    const value = secret.read(place);
    const text = value?.reveal() ?? '';
    if (text.includes('{{')) place.usesTemplate('secret', text);
    else if (text !== '' && text !== MASK) {
      checkUrlAt(place, text, (reason) => `invalid URL: ${reason} (the URL is a secret and not shown)`);
    }
    return value;
  },
  write: () => MASK_URL,
  mask: MASK_URL,
};

const shape = {
  url,
  url_file: hidden(workingPath),
  max_alerts: uint,
  timeout: hidden(goDuration),
  payload: hidden(yamlText),
  format: hidden(oneOf('rhacs')),
  extra_fields: hidden(map(string)),
};

/** `webhook_configs`. */
export const webhookSchema = receiverSchema({
  kind: 'webhook',
  sendResolvedDefault: true,
  shape,
  resolve(values, place) {
    if (!values.url_file && place.lacks('url')) place.report('one of url or url_file must be configured');
    atMostOne(place, values, ['url', 'url_file']);
    atMostOne(place, values, ['payload', 'format']);
    if (values.extra_fields && !values.format)
      place.near('extra_fields').report('extra_fields goes with format: rhacs');
    return { ...values, max_alerts: values.max_alerts ?? 0 };
  },
  convert: (values) => ({
    url: secretSource(values.url, values.url_file) as SecretSource,
    http: toHttpConfig(values.http_config ?? defaultHttpValues),
    maxAlerts: values.max_alerts ?? 0,
    timeout: values.timeout ?? 0,
    payload: values.payload,
    format: values.format,
    extraFields: values.extra_fields ?? new Map(),
  }),
  recipientsOf: ({ url }) => url,
});
