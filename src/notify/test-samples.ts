import type { Alert } from '../alert/alert.ts';
import { normalizeAlert } from '../intake/normalize.ts';
import { alertKinds } from '../sources/registry.ts';
import { testMessage } from '../sources/test-message/test-message.ts';

/** Whose alerts a test can look like. */
export const TEST_SOURCES: readonly string[] = alertKinds
  .filter((kind) => kind.sample && kind !== testMessage)
  .map(({ name }) => name);

const MINUTE = 60_000;

/**
 * An alert that says in every text that it is a test, so that a template of the user's own says it, too.
 * @param source one of TEST_SOURCES; undefined: a plain one, for the template `test`. @param now ms
 */
export function testAlert(source: string | undefined, now: number): Alert {
  const kind = alertKinds.find(({ name }) => name === source) ?? testMessage;
  const sample = (kind.sample ?? testMessage.sample)?.(now);
  if (!sample) throw new Error(`${source} has no sample`);
  const options = { resolveTimeout: 5 * MINUTE, isValidName: () => true };
  return normalizeAlert({ startsAt: now - MINUTE, ...sample.alert }, sample.source, now, undefined, options);
}
