/** Takes a URL out of a text, as a whole and the parts of it that may be secret. */
export function redactUrl(text: string, url: string): string {
  const parts = [url];
  if (URL.canParse(url)) {
    const { href, pathname, search, username, password } = new URL(url);
    parts.push(href, pathname + search, search, pathname, username, password);
  }
  let clean = text;
  for (const part of parts) if (part.length > 3) clean = clean.replaceAll(part, '<redacted>');
  return clean;
}
