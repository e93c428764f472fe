import type { Data, Shape, Values } from './field.ts';
import type { GlobalValues } from './global.ts';
import type { Place } from './place.ts';

/** What the file can name: handed to loadConfig, so that this room need not know receivers or sources. */
export interface Registry {
  /** All integrations in Alertmanager's order: the order in which they are checked. */
  readonly integrations: readonly IntegrationSchema[];
  readonly sources: readonly SourceSchema[];
}

/** How one kind of integration is configured. To add one: `receivers/<kind>/config.ts` and a line in `receivers/schemas.ts`. */
export interface IntegrationSchema<C = unknown> {
  /** As in metrics and logs, e.g. `email`. */
  readonly kind: string;
  /** The list's key in a receiver, e.g. `email_configs`. */
  readonly key: string;
  readonly sendResolvedDefault: boolean;
  /** Whether Tocsin can send to it. Where not, its configuration is checked and a warning says so. */
  readonly acts: boolean;
  /**
   * Reads one entry of the list.
   * @param place never null. @returns undefined when it has reported a problem.
   */
  parse(place: Place, global: GlobalValues): ParsedIntegration<C> | undefined;
  /** Reports what is wrong with its defaults under `global`, once for all entries that inherit them. */
  checkGlobal?(place: Place): void;
}

export interface ParsedIntegration<C> {
  readonly config: C;
  readonly sendResolved: boolean;
  /** The entry for `config.original`: defaults filled in, inherited values included, secrets masked. */
  readonly original: Data;
}

/** How one source is configured under `sources:`. A `Source` of the sources room is one, with `shape` and `options` added. */
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
