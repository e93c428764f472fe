import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { HttpError } from './errors.ts';
import type { OriginTest } from './options.ts';

/**
 * Whether a browser sends this on behalf of another site's page. Browsers say so themselves (Sec-Fetch-Site, or at least
 * the page's Origin); other clients send neither.
 */
export function isCrossSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.host?.toLowerCase();
}

/** The error of such a request, with status 403. */
export const CROSS_SITE = 'refused: the browser says that a page of another site sent this request';

const READS: readonly (string | undefined)[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses what a browser would change under a host name that is not ours. A page can have its own name point to this
 * server's address (DNS rebinding): to the browser both are then the same site.
 * @param allowed host names, in lower case. Loopback names and IP addresses, which cannot be made to point elsewhere, are
 *   always allowed.
 * @param corsOrigin origins that are allowed anyway
 */
export function refuseForeignHosts(allowed: readonly string[], corsOrigin: OriginTest | undefined): RequestHandler {
  return (request, _response, next) => {
    const { origin, host = '', 'sec-fetch-site': site } = request.headers;
    if (READS.includes(request.method) || (origin === undefined && site === undefined)) return next();
    const name = hostName(host);
    if (isLocal(name) || allowed.includes(name)) return next();
    // A proxy may have put its own name for this server into Host; the page's origin is the browser's word.
    if (origin !== undefined && (allowed.includes(originName(origin)) || corsOrigin?.(origin))) return next();
    throw new HttpError(
      403,
      `refused: browsers may not change anything under the host name ${JSON.stringify(name)}; allow it with --web.external-url or --web.allowed-hosts`,
    );
  };
}

/** A Host header without its port, in lower case. */
function hostName(host: string): string {
  return (/^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host)?.slice(1).find(Boolean) ?? host)
    .toLowerCase()
    .replace(/\.$/, '');
}

function originName(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}

function isLocal(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}
