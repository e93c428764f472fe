import { ALERTMANAGER_FUNCTIONS } from './functions/alertmanager.ts';
import { BUILTINS } from './functions/builtins.ts';
import type { GoFunction } from './signature.ts';

/** Every function that a template may call. */
export const FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries({ ...BUILTINS, ...ALERTMANAGER_FUNCTIONS }),
);
