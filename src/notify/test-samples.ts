import type { Alert } from '../alert/alert.ts';
import { LabelSet } from '../alert/label-set.ts';
import { normalizeAlert } from '../intake/normalize.ts';
import { alertKinds } from '../sources/registry.ts';
import { testMessage } from '../sources/test-message/test-message.ts';

/** Whose alerts a test can look like. */
export const TEST_SOURCES: readonly string[] = alertKinds
  .filter((kind) => kind.sample && kind !== testMessage)
  .map(({ name }) => name);

const MINUTE = 60_000;

/** What a test looks like. */
export interface TestRequest {
  /** One of TEST_SOURCES; undefined: a plain test, for the template `test`. */
  readonly source?: string | undefined;
  /** Labels that the alert has beside its own, or in place of them: for recipients and templates that need them. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** An alert that says in every text that it is a test, so that a template of the user's own says it, too. @param now ms */
export function testAlert({ source, labels = {} }: TestRequest, now: number): Alert {
  const kind = alertKinds.find(({ name }) => name === source) ?? testMessage;
  const sample = (kind.sample ?? testMessage.sample)?.(now);
  if (!sample) throw new Error(`${source} has no sample`);
  const options = { resolveTimeout: 5 * MINUTE, isValidName: () => true };
  const input = { startsAt: now - MINUTE, ...sample.alert };
  const allLabels = LabelSet.from(new Map([...input.labels.entries(), ...Object.entries(labels)]));
  return normalizeAlert({ ...input, labels: allLabels }, sample.source, now, undefined, options);
}
