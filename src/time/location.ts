/** A stretch of time in which a zone's offset and abbreviation stay the same. All times in seconds since 1970, UTC. */
export interface ZonePeriod {
  /** Such as `CET`; empty where the zone has none. */
  readonly abbreviation: string;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly isDst: boolean;
  /** The first second of the period. */
  readonly start: number;
  /** The first second after it. */
  readonly end: number;
}

/** A time zone (Go's *time.Location). Two with one name need not be the same one: Go compares them by identity. */
export class Location {
  /** `UTC`, `Local`, `Europe/Rome`; empty for an offset without a name. */
  readonly name: string;
  /** @param unixSeconds an instant. */
  readonly at: (unixSeconds: number) => ZonePeriod;

  constructor(name: string, at: (unixSeconds: number) => ZonePeriod) {
    this.name = name;
    this.at = at;
  }
}
