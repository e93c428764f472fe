/** Shorter ones would be found everywhere. */
const SHORTEST = 4;
const SHOWN = '<redacted>';

/** Takes secrets out of a text, also where they are encoded as a server that repeats them might do it. */
export type Redact = (text: string) => string;

export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf));
  // The longest first: one may be a part of another.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  return (text) => sorted.reduce((clean, form) => clean.replaceAll(form, SHOWN), text);
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const html = secret.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
  const named = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const json = JSON.stringify(secret).slice(1, -1);
  const goJson = json.replace(/[&<>]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`);
  const url = encodeURIComponent(secret);
  return [secret, json, goJson, url, url.replaceAll('%20', '+'), html, named, base64, base64.replace(/=+$/, '')];
}

/** What of a URL may be secret: as a whole, its login, path and query, and the parts of these that look like keys. */
export function urlSecrets(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const { href, pathname, search, searchParams, username, password } = new URL(text);
  const keys = pathname.split('/').filter((segment) => /\d/.test(segment) || segment.length >= 20);
  return [
    ...[text, href, pathname + search, search, pathname === '/' ? '' : pathname, password],
    ...[...searchParams.values(), ...keys, username].flatMap((part) => [part, decoded(part)]),
    decoded(password),
  ];
}

/** What of an Authorization header is secret. */
export function loginSecrets(header: string): string[] {
  const credentials = header.replace(/^\S+ /, '');
  if (!/^basic /i.test(header)) return [header, credentials];
  const login = Buffer.from(credentials, 'base64').toString('utf8');
  return [header, credentials, login, login.slice(login.indexOf(':') + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
