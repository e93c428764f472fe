import { type Data, type Field, object, type Shape, type Values } from './field.ts';
import type { GlobalValues } from './global.ts';
import { type HttpValues, httpField } from './http-config.ts';
import type { Place } from './place.ts';
import type { IntegrationSchema } from './registry.ts';
import { bool, configPath } from './scalars.ts';

/** The keys that every integration has beside its own. */
export type IntegrationValues<S extends Shape> = Values<S> & {
  send_resolved?: boolean | undefined;
  http_config?: HttpValues | undefined;
};

interface Definition<S extends Shape, C> {
  readonly kind: string;
  readonly sendResolvedDefault: boolean;
  readonly acts: boolean;
  /** The entry's own keys, in Alertmanager's order. */
  readonly shape: S;
  /** http_config: by default files in it are relative to the configuration file; null: the kind has none. */
  readonly http?: Field<HttpValues> | null;
  /** Reports what is wrong with an entry and fills in defaults and inherited values. */
  resolve(values: IntegrationValues<S>, place: Place, global: GlobalValues): IntegrationValues<S> | undefined;
  convert(values: IntegrationValues<S>): C;
  /** See IntegrationSchema. */
  checkGlobal?(place: Place): void;
}

const sharedHttp = httpField(configPath);

/** Builds the schema of an integration: shared keys, http_config inherited as a whole, `config.original`. */
export function defineIntegration<const S extends Shape, C>(definition: Definition<S, C>): IntegrationSchema<C> {
  const { kind, sendResolvedDefault, acts, http = sharedHttp } = definition;
  const shape: Shape = { send_resolved: bool, ...(http && { http_config: http }), ...definition.shape };
  const entry = object(shape);
  return {
    kind,
    key: `${kind}_configs`,
    sendResolvedDefault,
    acts,
    ...(definition.checkGlobal && { checkGlobal: definition.checkGlobal }),
    parse(place, global) {
      const problemsBefore = place.context.problems.length;
      const read = entry.read(place) as IntegrationValues<S> | undefined;
      if (read === undefined) return undefined;
      const resolved = definition.resolve(read, place, global);
      if (resolved === undefined || place.context.problems.length > problemsBefore) return undefined;
      const sendResolved = resolved.send_resolved ?? sendResolvedDefault;
      const effective = {
        ...resolved,
        send_resolved: sendResolved,
        ...(http && { http_config: resolved.http_config ?? global.http_config }),
      };
      return { config: definition.convert(effective), sendResolved, original: entry.write(effective) as Data };
    },
  };
}

/** An integration that Tocsin knows but does not send to yet: its entries are checked and shown, nothing more. */
export function definePassive<const S extends Shape>(
  definition: Pick<Definition<S, unknown>, 'kind' | 'sendResolvedDefault' | 'shape' | 'resolve' | 'http'>,
): IntegrationSchema<IntegrationValues<S>> {
  return defineIntegration({ ...definition, acts: false, convert: (values) => values });
}
