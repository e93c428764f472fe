/**
 * The URL under which others reach this server, without a slash at the end.
 * @param text `--web.external-url`; '' makes one of the host name and port.
 * @param listenAddress the first listener's, as bound
 * @throws Error that names the flag, then Alertmanager's text
 */
export function externalUrl(text: string, hostname: string, listenAddress: string): string {
  if (text === '') return `http://${hostname}:${listenAddress.slice(listenAddress.lastIndexOf(':') + 1)}`;
  const url = parse(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid(text, badScheme(url.protocol.slice(0, -1)));
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text);
    throw invalid(text, hasScheme ? 'not a URL such as https://tocsin.example.org/path' : badScheme(''));
  }
}

function invalid(text: string, problem: string): Error {
  return new Error(`--web.external-url: ${JSON.stringify(text)}: ${problem}`);
}

function badScheme(scheme: string): string {
  return `invalid ${JSON.stringify(scheme)} scheme, only 'http' and 'https' are supported`;
}

/** The host name of an external URL. @throws Error when that is no URL */
export function hostOf(externalUrlFlag: string): string {
  return parse(externalUrlFlag).hostname;
}

/**
 * The path that everything is served below: `/`, or `/foo` without a slash at the end.
 * @param flag `--web.route-prefix`; '' takes the external URL's path.
 * @throws Error when that is no URL
 */
export function routePrefix(flag: string, externalUrlFlag: string): string {
  const path = flag === '' && externalUrlFlag !== '' ? parse(externalUrlFlag).pathname : flag;
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}
