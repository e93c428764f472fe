/** How much of a group one rendering shows. Templates read it as `@limits`; the view helpers obey it. */
export interface Limits {
  /** Alerts shown in full. */
  readonly alerts: number;
  /** Alerts after those, shown as one line each. */
  readonly rows: number;
  /** Members of each list of one alert: violations, processes, labels, images, ... */
  readonly items: number;
  /** Characters of one value. */
  readonly text: number;
}

/**
 * From the fullest rendering to the barest. A mail is rendered with the first; while it comes out too large, with the
 * next. Measured, not estimated, so it holds for every template and every alert.
 */
export const LEVELS: readonly Limits[] = [
  { alerts: 20, rows: 100, items: 60, text: 6_000 },
  { alerts: 10, rows: 60, items: 30, text: 2_500 },
  { alerts: 6, rows: 40, items: 16, text: 1_000 },
  { alerts: 4, rows: 25, items: 8, text: 500 },
  { alerts: 2, rows: 10, items: 5, text: 200 },
];

/** Bytes that a part of a mail should stay under: together, encoded for transport, they are under 100 KB. */
export const HTML_TARGET = 62_000;
export const TEXT_TARGET = 22_000;

/** Characters that no rendering may pass, whoever wrote the template. */
export const OUTPUT_CAP = 1_000_000;
/** Turns of loops and calls of partials in one rendering. */
export const STEP_CAP = 300_000;
