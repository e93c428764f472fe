import type { Request } from './respond.ts';

/**
 * Whether a browser sends this on behalf of another site's page. Browsers say so themselves (Sec-Fetch-Site, or at least
 * the page's Origin); whoever is no browser sends neither.
 */
export function isCrossSite({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  const host = headers.host ?? headers[':authority'];
  return !URL.canParse(origin) || new URL(origin).host !== String(host).toLowerCase();
}

/** What such a request is told, with status 403. */
export const CROSS_SITE = "a page of another site must not do this: the browser's Origin is not this server";
