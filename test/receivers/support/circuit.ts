import { settle } from '../../support/fake-clock.ts';
import type { TestContext } from './context.ts';

/** How many mail servers are left alone now. */
export async function circuitsOpen({ metrics }: TestContext): Promise<number> {
  const { values } = await metrics.tocsinSmtpCircuitOpen.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

/** Lets time pass until no mail server is left alone. */
export async function circuitClosed(context: TestContext): Promise<void> {
  while ((await circuitsOpen(context)) > 0) {
    await context.clock.advance(1_000);
    await settle();
  }
}
