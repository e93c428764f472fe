import type { AlertInput, Ending, SourceName } from '../alert/alert.ts';
import type { SourceSchema } from '../config/registry.ts';
import type { SourceConfig } from '../config/types.ts';
import type { PresentedKind } from '../templating/presentations.ts';
import type { ToEventDocument } from './event-document.ts';
import type { NamespaceSettings } from './namespace-lookup.ts';
import type { Subject } from './subject.ts';
import type { Watch, WatchDeps } from './watch.ts';

/** Alerts that look alike: those of a source, or of a product whose alerts come through another source (Calico). */
export interface AlertKind extends PresentedKind {
  readonly name: string;
  /**
   * The alert of `send-test --source NAME`: every text in it says that it is a test, since a template of the user's own
   * may show any of them. @param now ms
   */
  sample?(now: number): Sample;
}

export interface Sample {
  /** The source that it comes from. */
  readonly source: SourceName;
  readonly alert: AlertInput;
}

/**
 * Turns one foreign payload into alerts, and holds whatever else is known of the sender: its keys in the configuration
 * file, how its alerts are shown. To add one: one folder here and one line in registry.ts.
 */
export interface Source extends SourceSchema, AlertKind {
  readonly name: SourceName;
  /** Whether a JSON document is a payload of this source, for `template render`. Absent: it cannot be determined. */
  recognizes?(body: unknown): boolean;
  /**
   * @param body the parsed JSON body (hostile: any shape, any depth).
   * @throws UnreadableError when nothing in the body can be understood (400, counted).
   */
  parse(body: unknown, context: SourceContext): SourceResult;
  /** What an alert is about, from its `details`. Absent: the alert's own annotations and labels name the recipients. */
  subject?(details: unknown): Subject;
  /** Its alerts as documents of its own. Absent: they have none. */
  readonly eventDocument?: ToEventDocument;
  /** Where the annotations of its namespaces come from; undefined: the options name nothing. */
  namespaces?(options: unknown): NamespaceSettings | undefined;
  /** What asks the sender what became of its alerts; undefined: the options name nobody to ask. */
  watch?(options: unknown, deps: WatchDeps): Watch | undefined;
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
  /** The sender's report that earlier alerts of its own have ended. */
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
