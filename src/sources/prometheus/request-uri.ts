/**
 * Whether Go's url.ParseRequestURI takes `text`: what go-openapi's format `uri` means. An absolute URL (opaque ones
 * such as `mailto:a` too), an absolute path or `*`. One pass over each part, no regular expression.
 */
export function isRequestUri(text: string): boolean {
  if (hasControlCharacter(text)) return false;
  if (text === '*') return true;
  const afterScheme = schemeLength(text);
  if (afterScheme < 0) return false;
  const query = text.indexOf('?', afterScheme);
  const end = query < 0 ? text.length : query;
  if (text[afterScheme] !== '/' || afterScheme === end) return afterScheme > 0;
  if (afterScheme === 0 || text[afterScheme + 1] !== '/') return hasValidEscapes(text, afterScheme, end);
  const start = afterScheme + 2;
  const slash = text.indexOf('/', start);
  const path = slash < 0 || slash > end ? end : slash;
  return isAuthority(text.slice(start, path)) && hasValidEscapes(text, path, end);
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

/** Length of the scheme with its colon; 0 without one; -1 where a colon stands first. */
function schemeLength(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x3a) return i === 0 ? -1 : i + 1;
    const continues = isDigit(unit) || unit === 0x2b || unit === 0x2d || unit === 0x2e;
    if (!isLetter(unit) && (!continues || i === 0)) return 0;
  }
  return 0;
}

function hasValidEscapes(text: string, start: number, end: number): boolean {
  for (let i = text.indexOf('%', start); i >= 0 && i < end; i = text.indexOf('%', i + 1)) {
    if (i + 2 >= end || !isHex(text.charCodeAt(i + 1)) || !isHex(text.charCodeAt(i + 2))) return false;
  }
  return true;
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  if (!isHost(authority.slice(at + 1))) return false;
  if (at < 0) return true;
  const user = authority.slice(0, at);
  return consistsOf(user, USER_EXTRA) && hasValidEscapes(user, 0, user.length);
}

const USER_EXTRA = "-._:~!$&'()*+,;=%@";
const HOST_EXTRA = '-_.~!$&\'()*+,;=:[]<>"';

function isHost(host: string): boolean {
  if (!host.startsWith('[')) {
    const colon = host.lastIndexOf(':');
    return (colon < 0 || isPort(host.slice(colon + 1))) && isHostText(host);
  }
  const bracket = host.lastIndexOf(']');
  if (bracket < 0) return false;
  const port = host.slice(bracket + 1);
  if (port !== '' && !(port.startsWith(':') && isPort(port.slice(1)))) return false;
  const zone = host.slice(0, bracket).indexOf('%25');
  if (zone < 0) return isHostText(host);
  return isHostText(host.slice(0, zone)) && isZone(host.slice(zone, bracket)) && isHostText(host.slice(bracket));
}

function isPort(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

/** A host may hold any non-ASCII text and escape it, but of ASCII it escapes only the percent sign. */
function isHostText(host: string): boolean {
  return everyEscape(host, (byte) => byte >= 0x80 || byte === 0x25) && hostCharacters(host);
}

/** An IPv6 zone may escape whatever a host may hold, and blanks. */
function isZone(zone: string): boolean {
  const allowed = (byte: number): boolean => byte === 0x25 || byte === 0x20 || isHostByte(byte);
  return everyEscape(zone, allowed) && hostCharacters(zone);
}

function hostCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80 && unit !== 0x25 && !isHostByte(unit)) return false;
  }
  return true;
}

function isHostByte(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || HOST_EXTRA.includes(String.fromCharCode(byte));
}

function everyEscape(text: string, allowed: (byte: number) => boolean): boolean {
  if (!hasValidEscapes(text, 0, text.length)) return false;
  for (let i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 3)) {
    if (!allowed(Number.parseInt(text.slice(i + 1, i + 3), 16))) return false;
  }
  return true;
}

function consistsOf(text: string, extra: string): boolean {
  for (const char of text) {
    const unit = char.charCodeAt(0);
    if (!isLetter(unit) && !isDigit(unit) && !extra.includes(char)) return false;
  }
  return true;
}

function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isHex(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x61 && unit <= 0x66) || (unit >= 0x41 && unit <= 0x46);
}
