import type { Target } from '../alert/notification.ts';

/**
 * How a kind of receiver names those whom it can send to, so that alerts and teams may name them: email addresses,
 * channels, URLs. Who is notified of what is decided in notify/audience; a kind only reads and checks the names.
 */
export interface TargetKind {
  /** Key of `recipients` that limits whom alerts may name, e.g. `allowed_domains`. */
  readonly allowedKey: string;
  /** For messages: what a target looks like, e.g. `an email address such as ops@example.org`. */
  readonly expected: string;
  /** The items of a list. @throws Error where something in it does not close */
  split(list: string): readonly string[];
  /** Reads one item, e.g. `Jo <jo@example.org>`; none for an empty group. @throws Error whose message is a clause for people */
  parse(item: string): readonly Target[];
  /**
   * Why an alert may not name this target, as a clause for people; undefined: it may. Anybody who can deploy may have
   * written it.
   * @param allowed as `parseAllowed` made them; empty: no limit
   */
  problem(target: Target, allowed: readonly string[]): string | undefined;
  /** Reads one entry of `allowedKey`. @throws Error that says what is expected */
  parseAllowed(text: string): string;
}
