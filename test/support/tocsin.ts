import { fileURLToPath } from 'node:url';
import { type AlertmanagerLike, type StartOptions, startAlertmanagerLike } from './alertmanager.ts';

/** Node runs it with Tocsin's flags. */
export const TOCSIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts Tocsin as a user does, in a process of its own, on a free loopback port. @param config its configuration's text. */
export function startTocsin(config: string, options: StartOptions = {}): Promise<AlertmanagerLike> {
  return startAlertmanagerLike(process.execPath, [TOCSIN], config, options);
}
