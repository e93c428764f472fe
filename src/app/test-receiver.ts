import { sendTest, type TestReport } from '../notify/send-test.ts';
import type { Clock } from '../time/clock.ts';
import type { Pipeline } from './pipeline.ts';

/** ms that a test may take as a whole. */
const DEADLINE = 60_000;

/**
 * Sends a test through a receiver of a configuration, also one that no route leads to.
 * @param signal ends it early.
 * @returns undefined when the configuration has no such receiver. @throws TemplateError
 */
export async function testReceiver(
  pipeline: Pick<Pipeline, 'buildReceiver'>,
  name: string,
  source: string | undefined,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<TestReport | undefined> {
  const integrations = pipeline.buildReceiver(name);
  if (!integrations) return undefined;
  const deadline = new AbortController();
  const cancel = clock.after(DEADLINE, () => {
    deadline.abort(new Error(`no end after ${DEADLINE / 1_000} seconds`));
  });
  try {
    const either = AbortSignal.any([deadline.signal, ...(signal ? [signal] : [])]);
    return await sendTest(name, integrations, source, clock.now(), either);
  } finally {
    cancel();
    await Promise.allSettled(integrations.map(({ receiver }) => receiver.close()));
  }
}
