import { atMostOne } from '../../config/exclusive.ts';
import { type Field, list, map, object } from '../../config/field.ts';
import { toOAuth2Config } from '../../config/http-client.ts';
import { checkProxy, proxyShape } from '../../config/http-config.ts';
import type { Place } from '../../config/place.ts';
import { configPath, maskedString, secret, string, tokenUrl, url } from '../../config/scalars.ts';
import { secretSource } from '../../config/secret-source.ts';
import { tlsField } from '../../config/tls-config.ts';
import type { OAuth2Config } from '../../config/types.ts';

/** `oauth2` of an `email_configs` entry: a login by XOAUTH2. */
export interface MailOAuth2 extends OAuth2Config {
  /** The mailbox that the token is for. */
  readonly user: string;
}

const shape = object({
  token_url: { ...url, write: tokenUrl.write },
  client_id: string,
  client_secret: secret,
  client_secret_file: configPath,
  refresh_token: secret,
  refresh_token_file: configPath,
  scopes: list(string),
  user: string,
  endpoint_params: map(maskedString),
  tls_config: tlsField(configPath),
  ...proxyShape,
});

type OAuth2Values = NonNullable<ReturnType<typeof shape.read>>;

/** Its keys, and what must be among them. */
export const oauth2Field: Field<OAuth2Values> = {
  read(place) {
    const values = shape.read(place);
    if (values !== undefined) check(place, values);
    return values;
  },
  write: (values) => shape.write(values),
};

function check(place: Place, values: OAuth2Values): void {
  for (const key of ['token_url', 'client_id'] as const) {
    if (place.lacks(key)) place.report(`oauth2 ${key} must be configured`);
  }
  atMostOne(place, values, ['client_secret', 'client_secret_file']);
  atMostOne(place, values, ['refresh_token', 'refresh_token_file']);
  const has = (key: 'client_secret' | 'refresh_token'): boolean => Boolean(values[key] || values[`${key}_file`]);
  if (!has('client_secret') && !has('refresh_token')) {
    place.report('oauth2 needs client_secret or client_secret_file (or, for a mailbox of its own, a refresh token)');
  }
  checkProxy(place, values);
}

/** @param user the entry's auth_username, for an oauth2 without a user of its own */
export function toMailOAuth2(values: OAuth2Values | undefined, user: string | undefined): MailOAuth2 | undefined {
  if (values === undefined) return undefined;
  const refreshToken = secretSource(values.refresh_token, values.refresh_token_file);
  return { ...toOAuth2Config(values), ...(refreshToken && { refreshToken }), user: values.user || (user ?? '') };
}
