import type { IncomingMessage } from 'node:http';

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
