import { goQuote } from '../alert/label-set.ts';

/** Checks that text is an http or https URL with a host, and gives it back. @throws Error with Alertmanager's text. */
export function checkUrl(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase() ?? '';
  if (scheme !== 'http' && scheme !== 'https') throw new Error(`unsupported scheme ${goQuote(scheme)} for URL`);
  const authority = /^[^:]*:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  if (authority === '' || authority.endsWith('@')) throw new Error('missing host for URL');
  // `http://<secret>` is how Tocsin itself shows a secret URL.
  if (authority !== '<secret>' && !URL.canParse(text)) throw new Error('not a valid URL');
  return text;
}

/** A URL with its password, if it has one, as `xxxxx`. */
export function redactUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):[^/?#]*@/i, '$1:xxxxx@');
}

/** A URL whose path ends with a slash. */
export function withSlash(url: string): string {
  return url.replace(/^([^?#]*[^/?#])(?=$|[?#])/, '$1/');
}
