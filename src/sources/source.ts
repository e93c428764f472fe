import type { AlertInput, Ending, SourceName } from '../alert/alert.ts';
import type { SourceConfig } from '../config/types.ts';
import type { Subject } from './subject.ts';

/**
 * Turns one foreign payload into alerts and knows nothing else. To add one: one folder here and one line in registry.ts.
 */
export interface Source {
  readonly name: SourceName;
  /** Where it listens by default, e.g. `/webhooks/rhacs`. */
  readonly defaultPath: string;
  /** ms; undefined for senders that re-send what still fires. */
  readonly defaultStaleAfter: number | undefined;
  /**
   * @param body the parsed JSON body (hostile: any shape, any depth).
   * @throws UnreadableError when nothing in the body can be understood (400, counted).
   */
  parse(body: unknown, context: SourceContext): SourceResult;
  /** What an alert is about, from the `details` of it. Absent: the alert's own annotations and labels say who should hear. */
  subject?(details: unknown): Subject;
}

export interface SourceContext {
  readonly config: SourceConfig;
  readonly now: number;
  /** Query parameters of the request, last value wins. */
  readonly query: Readonly<Record<string, string>>;
}

export interface SourceResult {
  readonly alerts: readonly AlertInput[];
  /** Parts that could not be understood, each with its JSON path; the rest was taken. */
  readonly rejected: readonly string[];
  /** The sender's word that earlier alerts of its own are over. */
  readonly endings?: readonly Ending[];
}

/** The body as a whole cannot be read. The message says what and where (JSON path), and never echoes more than a few bytes. */
export class UnreadableError extends Error {
  override readonly name: string = 'UnreadableError';
}

/** The body is sound, and of a kind that this version does not know: a newer one may (503, so that it is sent again). */
export class UnknownMessageError extends UnreadableError {
  override readonly name = 'UnknownMessageError';
}
