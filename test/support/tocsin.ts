import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AlertmanagerLike, type StartOptions, startAlertmanagerLike } from './alertmanager.ts';

/** Node runs it with Tocsin's flags. */
export const TOCSIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Starts Tocsin as a user does, in a process of its own, on a free loopback port. @param config its configuration's text. */
export function startTocsin(config: string, options: StartOptions = {}): Promise<AlertmanagerLike> {
  // Its first line asks for the `node` of the path: this one.
  const PATH = dirname(process.execPath) + delimiter + (process.env.PATH ?? '');
  return startAlertmanagerLike(TOCSIN, [], config, { ...options, env: { ...options.env, PATH } });
}
