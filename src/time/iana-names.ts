/** Names without a region that the IANA database has; Intl knows others of its own (CST, IST, BST), which mean too much. */
const SHORT = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran ' +
    'Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK ' +
    'Singapore Turkey UCT UTC Universal W-SU WET Zulu'
  ).split(' '),
);

/** Canonical names by their lower case. */
let canonical: ReadonlyMap<string, string> | undefined;

/**
 * Whether the IANA time zone database has this name, written so: its files have names in one case, where Intl takes any,
 * and offsets such as +01:00 as well.
 */
export function isIanaName(name: string): boolean {
  if (SHORT.has(name)) return true;
  if (!/^(?:[A-Z][A-Za-z0-9_+-]*\/)+[A-Z][A-Za-z0-9_+-]*$/.test(name) || name.startsWith('SystemV/')) return false;
  canonical ??= new Map(Intl.supportedValuesOf('timeZone').map((known) => [known.toLowerCase(), known]));
  const known = canonical.get(name.toLowerCase());
  if (known !== undefined) return known === name;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
