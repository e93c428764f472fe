import { createHash } from 'node:crypto';
import { Secret } from './secret.ts';

/** A digest that is equal exactly for equal values, secrets in them included; 16 hex digits. */
export function identityOf(value: unknown): string {
  const whole = JSON.stringify(value, function (this: Record<string, unknown>, key, one: unknown) {
    const original = this[key];
    if (original instanceof Secret) return original.reveal();
    return original instanceof Map ? [...original] : one;
  });
  return createHash('sha256').update(whole).digest('hex').slice(0, 16);
}
