import { alauda } from './alauda/alauda.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import { calico } from './calico/calico.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { rhacs } from './rhacs/rhacs.ts';
import { roxctl } from './roxctl/roxctl.ts';
import type { AlertKind, Source } from './source.ts';
import { testMessage } from './test-message/test-message.ts';

/** Every source and every other kind of alert, one line each. */
export const alertKinds: readonly (AlertKind | Source)[] = [
  prometheus,
  alertmanager,
  rhacs,
  alauda,
  roxctl,
  calico,
  testMessage,
];

/** Those that listen: what the file may hold under `sources`. */
export const sources: readonly Source[] = alertKinds.filter((kind) => 'parse' in kind);
