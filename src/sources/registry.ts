import { alertmanager } from './alertmanager/alertmanager.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { rhacs } from './rhacs/rhacs.ts';
import type { Source } from './source.ts';

/** Every source, one line each. Wiring and the routes of the HTTP room are derived from it. */
export const sources: readonly Source[] = [prometheus, alertmanager, rhacs];
