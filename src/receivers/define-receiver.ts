import { type Data, type Field, type Hints, object, type Shape, type Values } from '../config/field.ts';
import { type HttpValues, httpField } from '../config/http-config.ts';
import { identityOf } from '../config/identity.ts';
import type { Place } from '../config/place.ts';
import type { GlobalValues, IntegrationSchema } from '../config/registry.ts';
import { bool, configPath } from '../config/scalars.ts';
import type { TargetKind } from '../config/target-kind.ts';
import type { ReceiverContext } from './context.ts';
import type { Receiver } from './receiver.ts';

/** Builds the receiver of one entry. Opens no connection. @throws TemplateError when a string of it does not compile */
export type BuildReceiver = (context: ReceiverContext) => Receiver;

/** A kind of receiver as the registry has it. */
export type ReceiverKind = IntegrationSchema<BuildReceiver>;

/** The keys that every entry has beside its own. */
export type EntryValues<S extends Shape> = Values<S> & {
  send_resolved?: boolean | undefined;
  http_config?: HttpValues | undefined;
};

/** The kind's own keys of `global`, defaults filled in, beside those of all kinds. */
export type GlobalOf<G extends Shape> = Pick<GlobalValues, 'resolve_timeout' | 'http_config'> & Values<G>;

/** How entries of one kind are configured. @template S own keys. @template G keys in `global`. @template C an entry, read */
export interface ReceiverSchema<S extends Shape, G extends Shape, C> {
  /** As in metrics and logs, e.g. `email`; the list is `<kind>_configs`. */
  readonly kind: string;
  readonly sendResolvedDefault: boolean;
  /** Where alerts and teams may name whom it notifies; its receivers then have `recipients`. */
  readonly target?: TargetKind;
  /** An entry's own keys, in Alertmanager's order. */
  readonly shape: S;
  /** By key that people write and that there is not: what to write instead. */
  readonly hints?: Hints;
  /** What an entry has that does not set a key, as `config.original` shows it; Alertmanager's. */
  readonly defaults?: Readonly<Partial<Record<keyof S & string, unknown>>>;
  /** What `config.original` shows of an entry beyond its values, e.g. a login that follows from a token. */
  show?(values: EntryValues<S>): EntryValues<S>;
  /** Keys in `global` that entries inherit, `withDefault` where they have one; absent: none. */
  readonly globals?: G;
  /** http_config: absent, files in it are relative to the configuration file; null, the kind has none. */
  readonly http?: Field<HttpValues> | null;
  /** `config.original` leaves the lists out, since Alertmanager 0.25 does not know the kind. */
  readonly isHidden?: boolean;
  /** Reports what is wrong with an entry, and fills in defaults and inherited values. */
  resolve(values: EntryValues<S>, place: Place, global: GlobalOf<G>): EntryValues<S> | undefined;
  /** Reports what is wrong with `global` for this kind. */
  checkGlobal?(place: Place, global: GlobalOf<G>): void;
  /**
   * Whom an entry notifies: what stays the same when the way there or the message changes. An entry with the same value is
   * the same to the notification log after a reload; one with another value notifies anew of what is firing. Secrets in it
   * are hashed. Absent: all of the entry.
   */
  recipientsOf?(config: C): unknown;
  /** What `create` gets. Inherited values are in `values`, http_config (the global one as a whole) too. */
  convert(values: EntryValues<S>): C;
}

/** A schema in a file of its own (config.ts), its types inferred. */
export function receiverSchema<const S extends Shape, C, const G extends Shape = Record<never, never>>(
  schema: ReceiverSchema<S, G, C>,
): ReceiverSchema<S, G, C> {
  return schema;
}

const sharedHttp = httpField(configPath);

/** One kind of receiver: everything that the rest of the program knows of it. `create` is what sends. */
export function defineReceiver<const S extends Shape, C, const G extends Shape = Record<never, never>>(
  definition: ReceiverSchema<S, G, C> & { readonly create: (config: C, context: ReceiverContext) => Receiver },
): ReceiverKind {
  const { kind, sendResolvedDefault, http = sharedHttp, create } = definition;
  const shape: Shape = { send_resolved: bool, ...(http && { http_config: http }), ...definition.shape };
  const entry = object(shape, definition.hints);
  // Read with all other keys of `global`, by the shape that G is.
  const own = (global: GlobalValues): GlobalOf<G> => global as unknown as GlobalOf<G>;
  return {
    kind,
    key: `${kind}_configs`,
    sendResolvedDefault,
    isHidden: definition.isHidden ?? false,
    shape,
    ...(definition.target && { target: definition.target }),
    globals: definition.globals ?? {},
    checkGlobal: (place, global) => definition.checkGlobal?.(place, own(global)),
    parse(place, global) {
      const problemsBefore = place.context.problems.length;
      const read = entry.read(place) as EntryValues<S> | undefined;
      if (read === undefined) return undefined;
      const resolved = definition.resolve(read, place, own(global));
      if (resolved === undefined || place.context.problems.length > problemsBefore) return undefined;
      const sendResolved = resolved.send_resolved ?? sendResolvedDefault;
      const effective = {
        ...resolved,
        send_resolved: sendResolved,
        ...(http && { http_config: resolved.http_config ?? global.http_config }),
      };
      const shown = definition.show?.(effective) ?? effective;
      const config = definition.convert(effective);
      const build = (context: ReceiverContext): Receiver => create(config, context);
      const identity = identityOf(definition.recipientsOf?.(config) ?? config);
      return {
        config,
        identity,
        build,
        sendResolved,
        original: entry.write({ ...definition.defaults, ...definedOnly(shown) }) as Data,
      };
    },
  };
}

/** What `create` gets, of a schema in a file of its own. */
export type ConfigOf<T extends { readonly convert: (...values: never[]) => unknown }> = ReturnType<T['convert']>;

/** Alertmanager's defaults of a kind, by key: `{ title_link: 'titlelink' }` is the template `<kind>.default.titlelink`. */
export function defaultTemplates<K extends string>(
  kind: string,
  names: Readonly<Record<K, string>>,
): Record<K, string> {
  const entries = Object.entries<string>(names).map(([key, name]) => [
    key,
    `{{ template "${kind}.default.${name}" . }}`,
  ]);
  return Object.fromEntries(entries) as Record<K, string>;
}

function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
