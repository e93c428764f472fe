/**
 * Escapes whatever a text shows nothing for, as `\\uXXXX`: C0 and C1 controls but for line feed and tab, controls of text
 * direction, line separators, unassigned characters. Text of an alert can then neither forge a line, nor act on a terminal,
 * nor turn a line around. JSON stays the same JSON.
 */
export function escapeInvisible(text: string): string {
  return text.replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, escapeUnits);
}

function escapeUnits(char: string): string {
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
    '',
  );
}
