// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this is about
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f|\u17b4|\u17b5/gu;
const STRAY_JOINER = /(?<=[\x21-\x7e]|^)[\u200c\u200d]|[\u200c\u200d](?=[\x21-\x7e]|$)/gu;

/** What must not act in the page is shown as marks (`␛`, `⟨U+202E⟩`), the same as in mails: a test compares the two. */
export function visibleText(text) {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(CONTROLS, picture)
    .replace(INVISIBLE, codePoint)
    .replace(STRAY_JOINER, codePoint);
}

/** visibleText of the first `limit` characters; the rest is counted. */
export function cutText(text, limit) {
  if (text.length <= limit) return visibleText(text);
  return `${visibleText(text.slice(0, limit))}… (${text.length - limit} more characters)`;
}

function picture(char) {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : codePoint(char);
}

function codePoint(char) {
  return `⟨U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
