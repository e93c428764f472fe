/** ArcSight's Common Event Format, version 0. */
export interface CefEvent {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly signatureId: string;
  readonly name: string;
  /** 0 to 10. */
  readonly severity: number;
  /** In order; empty values are left out. Keys are letters and digits. */
  readonly extension: readonly (readonly [key: string, value: string])[];
}

/** @param isLegacy name and severity change places, as RHACS wrote them before 4.0 */
export function formatCef(
  { vendor, product, version, signatureId, name, severity, extension }: CefEvent,
  isLegacy = false,
): string {
  const last = isLegacy ? [String(severity), name] : [name, String(severity)];
  const header = [vendor, product, version, signatureId, ...last].map(headerText);
  const pairs = extension.filter(([, value]) => value !== '').map(([key, value]) => `${key}=${valueText(value)}`);
  return `CEF:0|${header.join('|')}|${pairs.join(' ')}`;
}

/** A header field: no line breaks, `\` and `|` escaped. */
function headerText(text: string): string {
  return clean(text.replace(/\s+/g, ' ')).replace(/[\\|]/g, '\\$&');
}

/** An extension's value: `\` and `=` escaped, line breaks written as `\n` and `\r`. */
function valueText(text: string): string {
  return clean(text.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r'));
}

/** Control characters could end a message or move a terminal's cursor. */
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').toWellFormed();
}
