import type { TemplateAlert } from './data.ts';
import type { Limits } from './limits.ts';
import type { Link } from './links.ts';
import type { Pair } from './pair.ts';

/** How alerts of one kind are shown to people, where that differs from any other alert. */
export interface AlertPresentation {
  /** Whether an alert is of this kind. */
  includes(alert: TemplateAlert): boolean;
  /** The email template, a folder under templates/; absent: `default`. */
  template?(alert: TemplateAlert): string;
  /** What it concerns, to tell it from others of the same name: `Deployment cart`. '' or absent: its summary does. */
  subject?(alert: TemplateAlert, limits: Limits): string;
  /** In which words an event of this kind happened. Absent or undefined: in general ones. */
  event?(alert: TemplateAlert): EventWords | undefined;
  /** What to show beside labels and annotations. */
  facts?(alert: TemplateAlert): readonly Pair[];
  /** The words for the link to where it came from. Absent: general ones. */
  linkText?(alert: TemplateAlert): string;
  /** Where else to go to from it. */
  links?(alert: TemplateAlert): readonly Link[];
  /** The file that goes with it. Absent or undefined: none. */
  attachment?(alert: TemplateAlert): AlertAttachment | undefined;
}

/** `Blocked`, `3 attempts were blocked`. */
export interface EventWords {
  /** A participle, capitalized. */
  readonly verb: string;
  /** Plural. */
  readonly nouns: string;
}

/** A file that belongs to an alert. Hostile text. */
export interface AlertAttachment {
  /** Without its extension; characters that a file name should not have are replaced. */
  readonly name: string;
  readonly extension: string;
  readonly contentType: string;
  readonly content: string;
}
