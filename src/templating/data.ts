/**
 * What a template sees: the webhook's JSON (version 4) plus Tocsin's additions. Objects from alerts have no prototype.
 * `now` and `tocsin` are not part of a webhook body.
 */
export interface TemplateData {
  /** Plain name (the webhook's JSON shows it regex-quoted, as Alertmanager does). */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly TemplateAlert[];
  readonly notificationReason: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly routeLabels: Readonly<Record<string, string>>;
  /** Set while these are being rendered: the templates that they are. */
  readonly routeLabelSources?: Readonly<Record<string, string>>;
  /** No trailing slash. */
  readonly externalURL: string;
  readonly groupKey: string;
  /** Alerts of the group that are not listed, because the source or a limit cut them. */
  readonly truncatedAlerts: number;
  readonly tocsin: TocsinData;
}

export interface TemplateAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  /** RFC 3339; the year-1 time while firing. */
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
  /** Name of the source it came from: prometheus, alertmanager, rhacs, ... */
  readonly source: string;
  /** The source's own document (RHACS: the alert as received), or undefined. Hostile text throughout. */
  readonly details: unknown;
  /** Link that opens a silence form for exactly this alert's labels; '' for a resolved one. */
  readonly silenceURL: string;
  /** How often it has occurred, and since when (RFC 3339); of senders that number their alerts (RHACS). */
  readonly occurrences?: number;
  readonly firstSeenAt?: string;
  /** ms; where the reader was notified of it before: what is newer in it is new to them. */
  readonly notifiedUpTo?: number;
  /** It happened once and has no end: nothing is firing. */
  readonly event?: true;
  /** It fires, and did not in the last notification to this reader. */
  readonly isNew?: true;
}

export interface TocsinData {
  /** RFC 3339, the time of the flush. */
  readonly now: string;
  /** Every alert that has not ended, events too. */
  readonly firing: readonly TemplateAlert[];
  readonly resolved: readonly TemplateAlert[];
  /** Highest severity among the firing alerts, else among all: critical, high, warning, medium, low, info, or ''. Lower case. */
  readonly severity: string;
  /** Link to this group in Tocsin's own pages. */
  readonly groupURL: string;
  /** How often this group was notified before, and when first (RFC 3339, '' if never). */
  readonly sentBefore: number;
  readonly firstSentAt: string;
  readonly version: string;
  /** IANA name of the reader's time zone. Absent: that of the configuration. */
  readonly timeZone?: string;
  /** What the reader should know of who is notified of these alerts: sentences, with hostile text in them. Absent: nothing. */
  readonly notes?: readonly string[];
  /** Set when one email holds several groups (template `digest`); `alerts` are then those of all groups. */
  readonly digest?: DigestData;
}

export interface DigestData {
  /** Why these groups come together, a sentence for the reader. */
  readonly why: string;
  /** Each group as its own email would have had it. */
  readonly groups: readonly TemplateData[];
}
