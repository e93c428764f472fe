import type { Request } from 'express';
import type { HttpDeps } from './deps.ts';

/**
 * Tells requests that a source's own credentials let in or refuse. A request has but one Authorization header, so the
 * users of the web configuration file are not asked for there.
 */
export function ownLogin(deps: HttpDeps, routePrefix: string): (request: Request) => boolean {
  const prefix = routePrefix === '/' ? '' : routePrefix;
  return ({ method, path }) => {
    // Senders only POST: GET /api/v2/alerts reads, and is the users'.
    if (method !== 'POST' || !path.startsWith(prefix)) return false;
    const below = path.slice(prefix.length);
    return [...deps.config().sources.values()].some((source) => source.auth && samePath(source.path, below));
  };
}

/** Whether two paths are the same but for a slash at the end. */
export function samePath(a: string, b: string): boolean {
  return a === b || withoutSlash(a) === withoutSlash(b);
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
