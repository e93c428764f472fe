import { readFileSync } from 'node:fs';
import type { AlertInput } from '../../src/alert/alert.ts';
import type { Source, SourceContext } from '../../src/sources/source.ts';

export const NOW = Date.parse('2026-08-21T00:00:00Z');
export const DAY = 86_400_000;

/** A request's context as the HTTP room would give it, with what the configuration file says. */
export function context(staleAfter: number | undefined, options: unknown = {}): SourceContext {
  return { config: { path: '/', auth: undefined, staleAfter, options }, now: NOW, query: {} };
}

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/rhacs/${name}.json`, import.meta.url), 'utf8'));
}

/** The one alert of a body. */
export function only(source: Source, body: unknown, ctx: SourceContext): AlertInput {
  const { alerts, rejected } = source.parse(body, ctx);
  const [alert] = alerts;
  if (alert === undefined || alerts.length > 1 || rejected.length > 0) throw new Error('expected exactly one alert');
  return alert;
}
