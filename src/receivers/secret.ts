import { readSecret, type SecretSource } from '../config/secret.ts';
import type { FailureReason } from '../metrics/failure-reasons.ts';
import { PermanentError } from './receiver.ts';

/**
 * Reads a secret for one notification; a file is read each time, so that it can be rotated.
 * @param key of the file that holds it, for errors. @throws PermanentError that names key and file, never the content
 */
export async function secretForSend(
  source: SecretSource,
  key: string,
  reason: FailureReason = 'other',
): Promise<string> {
  try {
    return await readSecret(source);
  } catch (error) {
    throw new PermanentError(`read ${key}: ${(error as Error).message}`, reason, { cause: error });
  }
}
