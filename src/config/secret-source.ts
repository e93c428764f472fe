import type { Secret, SecretSource } from './secret.ts';

/** Joins `x` and `x_file`. Where both are set the file wins, as Alertmanager decides when it sends. */
export function secretSource(value: Secret | undefined, file: string | undefined): SecretSource | undefined {
  if (file) return { file };
  return value === undefined ? undefined : { value };
}
