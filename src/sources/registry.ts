import type { SourceSchema } from '../config/registry.ts';
import { alauda } from './alauda/alauda.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { rhacs } from './rhacs/rhacs.ts';
import { roxctl } from './roxctl/roxctl.ts';
import type { Source } from './source.ts';

/** Every source, one line each: what the file may hold under `sources`, and what the HTTP room listens for. */
export const sources: readonly (Source & SourceSchema)[] = [prometheus, alertmanager, rhacs, alauda, roxctl];
