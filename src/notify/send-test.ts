import { randomBytes } from 'node:crypto';
import { LabelSet } from '../alert/label-set.ts';
import type { Notification } from '../alert/notification.ts';
import type { SendReport } from '../receivers/receiver.ts';
import { type Integration, integrationName } from './integration.ts';
import { testAlert } from './test-samples.ts';

/** What became of a test, in the words of those who should take it. */
export interface TestReport {
  /** Everybody took it. */
  readonly ok: boolean;
  readonly receiver: string;
  readonly integrations: readonly TestOutcome[];
}

export interface TestOutcome {
  /** `email[0]` */
  readonly integration: string;
  readonly ok: boolean;
  /** The other side's own words when it took the message. */
  readonly answer?: string;
  /** Why it did not reach everybody: where it failed, and the other side's own words. */
  readonly error?: string;
}

/**
 * Sends a sample by every integration of a receiver: real templates, real server, one attempt. Always to the configured
 * recipients, whoever else alerts would go to. Never rejects.
 * @param now ms
 */
export async function sendTest(
  receiver: string,
  integrations: readonly Integration[],
  source: string | undefined,
  now: number,
  signal: AbortSignal,
): Promise<TestReport> {
  const alert = testAlert(source, now);
  const notification: Omit<Notification, 'id'> = {
    receiver,
    groupKey: '{}:{test}',
    groupLabels: LabelSet.of({ alertname: alert.labels.get('alertname') ?? '' }),
    routeLabels: LabelSet.empty,
    reason: 'test',
    alerts: [{ alert, status: 'firing' as const }],
    now,
    sentBefore: 0,
    firstSentAt: 0,
  };
  // What one integration has told must not count as told by another.
  const ownId = (): string => randomBytes(16).toString('hex');
  const outcomes = await Promise.all(
    integrations.map((integration) => tryOne(integration, Object.freeze({ ...notification, id: ownId() }), signal)),
  );
  return { ok: outcomes.length > 0 && outcomes.every(({ ok }) => ok), receiver, integrations: outcomes };
}

async function tryOne(integration: Integration, test: Notification, signal: AbortSignal): Promise<TestOutcome> {
  const name = integrationName(integration);
  try {
    const report = (await integration.receiver.send(test, signal)) ?? NOTHING_SAID;
    const refused = report.refused.map(({ address, reply }) => `${address}: ${reply}`).join('; ');
    const answer = report.response;
    if (refused === '') return { integration: name, ok: true, answer };
    return { integration: name, ok: false, answer, error: `some recipients refused: ${refused}` };
  } catch (error) {
    return { integration: name, ok: false, error: (error as Error).message };
  }
}

const NOTHING_SAID: SendReport = { response: 'sent', refused: [] };
