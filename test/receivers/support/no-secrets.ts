import { inspect } from 'node:util';
import { expect } from 'vitest';

/** Nothing that an operator might print of `shown` (an error with all it carries, a log) has one of `secrets` in it. */
export function expectNoSecrets(shown: unknown, secrets: readonly string[]): void {
  const text = inspect(shown, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
  const forms = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64'),
    encodeURIComponent(secret),
  ]);
  for (const form of forms) expect(text).not.toContain(form);
}
