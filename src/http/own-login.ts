import type { HttpDeps } from './deps.ts';
import type { Request } from './respond.ts';

/**
 * Tells requests that a source's own credentials let in or refuse. A request has but one Authorization header, so the
 * users of the web configuration file are not asked for there.
 */
export function ownLogin(deps: HttpDeps, routePrefix: string): (request: Request) => boolean {
  const prefix = routePrefix === '/' ? '' : routePrefix;
  return ({ method, url = '' }) => {
    // What is not a POST is no sender's: GET /api/v2/alerts reads, and is the users'.
    if (method !== 'POST') return false;
    const path = url.split('?', 1)[0] as string;
    return [...deps.config().sources.values()].some((source) => source.auth && path === prefix + source.path);
  };
}
