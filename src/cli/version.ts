import { readFileSync } from 'node:fs';

/** Tocsin's own version, from package.json. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** The Alertmanager whose behaviour this is: amtool compares major and minor with its own. */
export const ALERTMANAGER_VERSION = '0.35.0';
