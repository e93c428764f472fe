/** What `sources.rhacs` sets beside the keys of every source. */
export interface RhacsOptions {
  /** Central's origin (scheme, host and port), for links; undefined: no links. */
  readonly centralUrl: string | undefined;
}
