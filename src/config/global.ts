import { atMostOne } from './exclusive.ts';
import { hidden, object, type Shape, withDefault } from './field.ts';
import { defaultHttpValues, httpField } from './http-config.ts';
import type { Place } from './place.ts';
import type { GlobalValues, IntegrationSchema } from './registry.ts';
import { configPath, duration, oneOf } from './scalars.ts';
import { dateLayout, timeZone } from './times.ts';

/** The keys that belong to no kind of integration. */
const shared = {
  resolve_timeout: withDefault(duration, 300_000),
  http_config: withDefault(httpField(configPath), defaultHttpValues),
  template_language: hidden(withDefault(oneOf('auto', 'go', 'handlebars'), 'auto')),
  time_zone: hidden(timeZone),
  date_format: hidden(dateLayout),
};

export interface Global {
  readonly values: GlobalValues;
  /** For `config.original`. */
  readonly original: unknown;
}

/** @param place undefined: the file has no `global`. */
export function readGlobal(place: Place | undefined, integrations: readonly IntegrationSchema[]): Global {
  const shape: Shape = Object.assign({ ...shared }, ...integrations.map(({ globals }) => globals));
  const field = object(shape);
  const values: GlobalValues = {
    resolve_timeout: shared.resolve_timeout.fallback,
    http_config: shared.http_config.fallback,
    template_language: 'auto',
    ...defaultsOf(shape),
    // Without the keys that could not be read, so that they do not undo a default.
    ...(place && definedOnly(field.read(place) ?? {})),
  };
  if (place !== undefined) {
    for (const key of Object.keys(shape)) {
      if (Object.hasOwn(shape, `${key}_file`)) atMostOne(place, values, [key, `${key}_file`]);
    }
    for (const { checkGlobal } of integrations) checkGlobal?.(place, values);
  }
  return { values, original: field.write(values) };
}

function defaultsOf(shape: Shape): Record<string, unknown> {
  return definedOnly(Object.fromEntries(Object.entries(shape).map(([key, { fallback }]) => [key, fallback])));
}

function definedOnly(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
