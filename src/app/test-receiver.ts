import type { Integration } from '../notify/integration.ts';
import { sendTest, type TestReport } from '../notify/send-test.ts';
import type { TestRequest } from '../notify/test-samples.ts';
import type { Clock } from '../time/clock.ts';
import type { Pipeline } from './pipeline.ts';

/** ms that a test may take as a whole. */
const DEADLINE = 60_000;

interface TestOptions {
  readonly clock: Clock;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** See sendTest. */
  readonly takeBudget?: (integration: Integration) => boolean;
}

/**
 * Sends a test through a receiver of a configuration, also one that no route leads to.
 * @returns undefined when the configuration has no such receiver. @throws TemplateError
 */
export async function testReceiver(
  pipeline: Pick<Pipeline, 'buildReceiver'>,
  name: string,
  request: TestRequest,
  { clock, signal, takeBudget }: TestOptions,
): Promise<TestReport | undefined> {
  const integrations = pipeline.buildReceiver(name);
  if (!integrations) return undefined;
  const deadline = new AbortController();
  const cancel = clock.after(DEADLINE, () => {
    deadline.abort(new Error(`timed out after ${DEADLINE / 1_000} seconds`));
  });
  try {
    const either = AbortSignal.any([deadline.signal, ...(signal ? [signal] : [])]);
    return await sendTest(name, integrations, request, clock.now(), either, takeBudget);
  } finally {
    cancel();
    await Promise.allSettled(integrations.map(({ receiver }) => receiver.close()));
  }
}
