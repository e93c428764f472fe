/** Telegram's limits of an HTML message: bytes before, and code points after its entities are parsed. */
const MAX_BYTES = 32_768;
const MAX_VISIBLE = 4096;
/** Entities that Telegram knows: these names, and numbers of up to 9 characters. */
const ENTITY = /&(?:lt|gt|amp|quot|#\d{1,8}|#[xX][\da-fA-F]{1,7})(?:;|(?![\w;]))/g;

/** Whether an HTML message is over Telegram's limits (as Alertmanager counts them). */
export function isTooLongHtml(html: string): boolean {
  return Buffer.byteLength(html) > MAX_BYTES || visibleLength(html) > MAX_VISIBLE;
}

/** Code points outside of tags, an entity that Telegram knows being one. Comments and unclosed tags count in full. */
export function visibleLength(html: string): number {
  const text = html.replace(/<\/?[a-zA-Z][^<>]*>/g, '').replace(ENTITY, '.');
  return [...text].length;
}
