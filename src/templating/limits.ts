/** How much of a group one rendering shows. Templates read it as `@limits`; the view helpers obey it. */
export interface Limits {
  /** Alerts shown in full. */
  readonly alerts: number;
  /** Alerts after those, shown as one line each. */
  readonly rows: number;
  /** Alerts of a group that is too large for rows: each only by the name of what it is about. */
  readonly names: number;
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
  { alerts: 20, rows: 60, names: 3_000, items: 60, text: 6_000 },
  { alerts: 10, rows: 40, names: 2_000, items: 30, text: 2_500 },
  { alerts: 6, rows: 30, names: 1_200, items: 16, text: 1_000 },
  { alerts: 4, rows: 20, names: 500, items: 8, text: 500 },
  { alerts: 2, rows: 10, names: 100, items: 5, text: 200 },
];

/**
 * Bytes on the wire (see fitsOnWire) that a part of a mail should stay under: together, with the headers, they are under
 * 100 KB, which is also where some mail services cut a message off.
 */
export const HTML_TARGET = 70_000;
export const TEXT_TARGET = 24_000;

/** Whether a text has at most `target` bytes as quoted-printable. */
export function fitsOnWire(text: string, target: number): boolean {
  // Nearly every text is far below, and its bytes, each encoded at worst, are counted in no time.
  return withBreaks(Buffer.byteLength(text) * 3) <= target || wireSize(text) <= target;
}

function wireSize(text: string): number {
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // 3 bytes for each byte of UTF-8; each half of a surrogate pair stands for two.
    if (code < 0x80) size += code === 0x3d ? 3 : 1;
    else size += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 6 : 9;
  }
  return withBreaks(size);
}

/** A soft line break in every line of 76. */
function withBreaks(size: number): number {
  return Math.ceil(size * (1 + 3 / 73));
}

/** Characters that no rendering may pass, whoever wrote the template. */
export const OUTPUT_CAP = 1_000_000;
/** Turns of loops and calls of partials in one rendering. */
export const STEP_CAP = 300_000;
