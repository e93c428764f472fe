/** A line end that is not CRLF: servers differ on whether one ends a line, and so on where a mail ends (SMTP smuggling). */
const BARE_LINE_END = /\r(?!\n)|(?<!\r)\n/;

/**
 * A message as it goes after DATA, one character a byte: every line ends with CRLF, dots that begin a line are doubled,
 * and the line that ends it follows. All searches are native: a loop over the bytes was a twentieth of a mail's CPU.
 */
export function dotStuffed(content: Buffer): string {
  let text = content.toString('latin1');
  if (BARE_LINE_END.test(text)) text = text.replace(/\r\n?|\n/g, '\r\n');
  if (text.startsWith('.')) text = `.${text}`;
  if (text.includes('\r\n.')) text = text.replaceAll('\r\n.', '\r\n..');
  return text.endsWith('\r\n') ? `${text}.\r\n` : `${text}\r\n.\r\n`;
}
