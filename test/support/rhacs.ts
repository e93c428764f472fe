import { readFileSync } from 'node:fs';
import type { Receipt } from '../../src/intake/intake.ts';
import { type RhacsOptions, UPDATE_INTERVAL } from '../../src/sources/rhacs/config.ts';
import { rhacs } from '../../src/sources/rhacs/rhacs.ts';
import type { Harness } from './engine.ts';

type Json = Record<string, unknown>;

/** A body as RHACS' webhook posts it, from test/fixtures/rhacs, with fields of its alert replaced. */
export function rhacsBody(name: string, alert: Json = {}): { alert: Json } {
  const body = JSON.parse(readFileSync(new URL(`../fixtures/rhacs/${name}.json`, import.meta.url), 'utf8'));
  return 'alert' in body ? { ...body, alert: { ...body.alert, ...alert } } : body;
}

/** Posts a body to an engine as the webhook would. */
export function post(h: Harness, body: unknown, options: Partial<RhacsOptions> = {}): Promise<Receipt> {
  const config = {
    path: '/webhooks/rhacs',
    auth: undefined,
    staleAfter: 86_400_000,
    options: { centralUrl: undefined, updateInterval: UPDATE_INTERVAL, ...options },
  };
  const { alerts, endings } = rhacs.parse(body, { config, now: h.clock.now(), query: {} });
  return h.engine.receive(alerts, 'rhacs', endings);
}
