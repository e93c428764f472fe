import { atMostOne } from './exclusive.ts';
import { anything, object, type Shape, type Values } from './field.ts';
import type { Place } from './place.ts';
import type { SourceSchema } from './registry.ts';
import { configPath, duration, secret, string } from './scalars.ts';
import { secretSource } from './secret-source.ts';
import type { SourceAuth, SourceConfig } from './types.ts';

const auth = object({
  bearer_token: secret,
  bearer_token_file: configPath,
  basic: object({ username: string, password: secret, password_file: configPath }),
});

/** Paths that the API, the management paths and the pages take. */
const OWN_PATHS = /^\/(?:(?:api|-|debug|assets)(?:\/|$)|metrics$|$)/;

const common = { path: string, auth, stale_after: duration };

/** Reads `sources`: one entry per known source, whether the file lists it or not. @param place undefined: it lists none. */
export function readSources(place: Place | undefined, schemas: readonly SourceSchema[]): Map<string, SourceConfig> {
  if (place !== undefined) object(Object.fromEntries(schemas.map(({ name }) => [name, anything]))).read(place);
  const sources = new Map<string, SourceConfig>();
  const takenPaths = new Map<string, string>();
  for (const schema of schemas) {
    const own = place?.at(schema.name);
    const config = readSource(own, schema);
    const taken = takenPaths.get(config.path);
    if (taken !== undefined) own?.near('path').report(`path ${config.path} is already that of source ${taken}`);
    takenPaths.set(config.path, schema.name);
    sources.set(schema.name, config);
  }
  return sources;
}

function readSource(place: Place | undefined, schema: SourceSchema): SourceConfig {
  const { path, auth: credentials, stale_after: staleAfter, ...own } = readValues(place, schema);
  if (place !== undefined && path !== undefined && !/^\/[^\s?#]*$/.test(path)) {
    place.near('path').report(`expected a path that starts with /, found ${JSON.stringify(path)}`);
  }
  if (place !== undefined && path !== schema.defaultPath && OWN_PATHS.test(path ?? '')) {
    place.near('path').report(`path ${path} is Tocsin's own`);
  }
  if (place !== undefined && staleAfter === 0) {
    place.near('stale_after').report('stale_after cannot be zero: no alert would stay active');
  }
  return {
    path: path || schema.defaultPath,
    auth: place && credentials && readAuth(place.near('auth'), credentials),
    staleAfter: staleAfter ?? schema.defaultStaleAfter,
    options: schema.parseOptions === undefined ? own : schema.parseOptions(own, place),
  };
}

function readValues(place: Place | undefined, schema: SourceSchema): Values<typeof common> & Values<Shape> {
  if (place === undefined) return {};
  return object({ ...common, ...schema.shape }).read(place) ?? {};
}

function readAuth(place: Place, values: Values<typeof auth.shape>): SourceAuth | undefined {
  atMostOne(place, values, ['bearer_token', 'bearer_token_file']);
  const token = secretSource(values.bearer_token, values.bearer_token_file);
  if (values.basic === undefined) {
    if (token === undefined) place.report('expected bearer_token, bearer_token_file or basic');
    return token && { kind: 'bearer', token };
  }
  const basic = place.near('basic');
  if (token !== undefined) place.report('at most one of bearer_token, bearer_token_file & basic must be configured');
  atMostOne(basic, values.basic, ['password', 'password_file']);
  const password = secretSource(values.basic.password, values.basic.password_file);
  const username = values.basic.username ?? '';
  if (username === '') basic.report('missing username');
  if (password === undefined) basic.report('one of password or password_file must be configured');
  return password && { kind: 'basic', username, password };
}
