import { goQuote } from '../alert/label-set.ts';

/** A URL's parts as Go's net/url sees them. */
interface GoUrl {
  /** Lower case; '': there is none. */
  readonly scheme: string;
  /** With its port; '': there is none. */
  readonly host: string;
}

/**
 * Reads a URL as Go's url.Parse does, which takes much that a browser refuses (`https://<host>/`, any port) and refuses
 * some that one takes (a bad `%`, a backslash in the host). @throws Error with Go's reason, without the URL
 */
export function parseGoUrl(text: string): GoUrl {
  if (/[\u007f\p{Cc}]/u.test(text.replace(/[\u0080-\u009f]/g, '')))
    throw new Error('net/url: invalid control character in URL');
  const hash = text.indexOf('#');
  const [, scheme = '', rest = ''] = schemeOf(hash < 0 ? text : text.slice(0, hash));
  if (hash >= 0) checkEscapes(text.slice(hash + 1));
  const path = rest.split('?', 1)[0] as string;
  if (!path.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '' };
    if ((path.split('/', 1)[0] as string).includes(':'))
      throw new Error('first path segment in URL cannot contain colon');
    checkEscapes(path);
    return { scheme, host: '' };
  }
  const authority =
    path.startsWith('//') && (scheme !== '' || !path.startsWith('///')) ? /^\/\/([^/]*)/.exec(path) : null;
  checkEscapes(authority ? path.slice(authority[0].length) : path);
  return { scheme, host: authority ? hostOf(authority[1] as string) : '' };
}

function schemeOf(text: string): readonly string[] {
  if (text.startsWith(':')) throw new Error('missing protocol scheme');
  const match = /^([a-z][a-z\d+.-]*):(.*)$/is.exec(text);
  return match ? ['', (match[1] as string).toLowerCase(), match[2] as string] : ['', '', text];
}

function checkEscapes(text: string): void {
  const bad = /%(?![\da-f]{2}).{0,2}/is.exec(text);
  if (bad) throw new Error(`invalid URL escape ${goQuote(bad[0])}`);
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const login = authority.slice(0, at);
    if (!/^[\w.~!$&'()*+,;=:%@-]*$/.test(login)) throw new Error('net/url: invalid userinfo');
    checkEscapes(login);
  }
  const host = authority.slice(at + 1);
  const end = host.startsWith('[') ? host.lastIndexOf(']') + 1 : host.includes(':') ? host.indexOf(':') : host.length;
  if (host.startsWith('[') && end === 0) throw new Error("missing ']' in host");
  const port = host.slice(end);
  if (!/^(?::\d*)?$/.test(port)) throw new Error(`invalid port ${goQuote(port)} after host`);
  if (host.startsWith('[')) {
    if (!/^\[[\da-f:.]*:[\da-f:.]*(?:%25.+)?\]$/i.test(host.slice(0, end)))
      throw new Error('invalid host: unable to parse IP');
    return host;
  }
  // Of escapes a host has only those of characters beyond ASCII.
  const escapes = /%(?:25|[89a-f][\da-f])/gi;
  const bad = /%.{0,2}/s.exec(host.replace(escapes, ''));
  if (bad) throw new Error(`invalid URL escape ${goQuote(bad[0])}`);
  const odd = /[^\w.~!$&'()*+,;=:[\]<>"\u0080-\u{10ffff}-]/u.exec(host.replace(escapes, ''));
  if (odd) throw new Error(`invalid character ${goQuote(odd[0])} in host name`);
  return host;
}

/** Checks that text is an http or https URL with a host, as Alertmanager does, and gives it back. @throws Error with its text */
export function checkUrl(text: string): string {
  const { scheme, host } = parseGoUrl(text);
  if (scheme !== 'http' && scheme !== 'https') throw new Error(`unsupported scheme ${goQuote(scheme)} for URL`);
  if (host === '') throw new Error('missing host for URL');
  return text;
}

/** Whether requests can be sent to a URL that Go has read: what it takes and nobody can reach is found out at load. */
export function isUsableUrl(text: string): boolean {
  return URL.canParse(text);
}

/** A URL with its password, if it has one, as `xxxxx`. */
export function redactUrl(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:@]*):[^/?#]*@/i, '$1:xxxxx@');
}

/** The same with its query, which may hold a key, as `<secret>`. */
export function redactQuery(text: string): string {
  return redactUrl(text).replace(/\?[^#]+/, '?<secret>');
}

/** A URL whose path ends with a slash. */
export function withSlash(url: string): string {
  return url.replace(/^([^?#]*[^/?#])(?=$|[?#])/, '$1/');
}
