/** One spec of a named time interval (Alertmanager's timeinterval.TimeInterval). Immutable. */
export interface TimeInterval {
  /** @param now ms since 1970. */
  contains(now: number): boolean;
}
