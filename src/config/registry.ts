import type { Data, Shape, Values } from './field.ts';
import type { HttpValues } from './http-config.ts';
import type { Place } from './place.ts';
import type { TargetKind } from './target-kind.ts';
import type { TemplateLanguage } from './types.ts';

/** What the file can name: handed to loadConfig, so that this module need not know receivers or sources. */
export interface Registry<B = unknown> {
  /** All integrations in Alertmanager's order: the order in which they are checked. */
  readonly integrations: readonly IntegrationSchema<B>[];
  readonly sources: readonly SourceSchema[];
}

/** `global`, defaults filled in: what receivers inherit from. Beside these, the `globals` of each kind; keys as in the file. */
export interface GlobalValues {
  readonly resolve_timeout: number;
  readonly http_config: HttpValues;
  readonly template_language: TemplateLanguage;
  readonly time_zone?: string;
  readonly date_format?: string;
  readonly [key: string]: unknown;
}

/** How one kind of integration is configured. @template B what an entry is built into a receiver with */
export interface IntegrationSchema<B = unknown> {
  /** As in metrics and logs, e.g. `email`. */
  readonly kind: string;
  /** The list's key in a receiver, e.g. `email_configs`. */
  readonly key: string;
  readonly sendResolvedDefault: boolean;
  /** Where alerts and teams may name whom it notifies. */
  readonly target?: TargetKind;
  /** Whether `config.original` leaves its lists out: see `hidden`. */
  readonly isHidden: boolean;
  /** All keys of an entry. */
  readonly shape: Shape;
  /** Its keys in `global`. A key beside a `<key>_file` is checked to be the only one of the two. */
  readonly globals: Shape;
  /**
   * Reads one entry of the list.
   * @param place never null. @returns undefined when it has reported a problem.
   */
  parse(place: Place, global: GlobalValues): ParsedIntegration<B> | undefined;
  /** Reports what is wrong with its keys in `global`, once for all entries that inherit them. */
  checkGlobal?(place: Place, global: GlobalValues): void;
}

export interface ParsedIntegration<B> {
  /** The kind's own type (receivers/<kind>/config.ts). */
  readonly config: unknown;
  readonly build: B;
  /** Whom it notifies: entries of a kind with the same value are the same to the notification log. A digest. */
  readonly identity: string;
  readonly sendResolved: boolean;
  /** The entry for `config.original`: defaults filled in, inherited values included, secrets masked. */
  readonly original: Data;
}

/** How one source is configured under `sources:`. A `Source` of sources/ is one, with `shape` and `options` added. */
export interface SourceSchema {
  readonly name: string;
  readonly defaultPath: string;
  /** ms; undefined: the sender repeats what still fires. */
  readonly defaultStaleAfter: number | undefined;
  /** Keys of its own, beside `path`, `auth` and `stale_after`. */
  readonly shape?: Shape;
  /** Checks and converts its own keys to SourceConfig.options. Without it the options are the keys as read. */
  readonly parseOptions?: (values: Values<Shape>, place: Place | undefined) => unknown;
}
