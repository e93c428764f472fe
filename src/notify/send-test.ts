import { randomBytes } from 'node:crypto';
import { LabelSet } from '../alert/label-set.ts';
import type { Notification } from '../alert/notification.ts';
import type { SendReport } from '../receivers/receiver.ts';
import { type Integration, integrationName } from './integration.ts';
import { type TestRequest, testAlert } from './test-samples.ts';

/** The outcome of a test, with the words of the servers. */
export interface TestReport {
  /** All integrations succeeded. */
  readonly ok: boolean;
  readonly receiver: string;
  readonly integrations: readonly TestOutcome[];
}

export interface TestOutcome {
  /** `email[0]` */
  readonly integration: string;
  readonly ok: boolean;
  /** The server's answer when it accepted the message. */
  readonly answer?: string;
  /** Why it did not reach everybody: where it failed, and the server's words. */
  readonly error?: string;
}

/**
 * Sends a sample through every integration of a receiver: real templates, real server, one attempt. Always to the configured
 * recipients, whoever else alerts would go to. Never rejects.
 * @param now ms
 * @param takeBudget takes one message of an integration's `rate_limit`, if there is one left
 */
export async function sendTest(
  receiver: string,
  integrations: readonly Integration[],
  request: TestRequest,
  now: number,
  signal: AbortSignal,
  takeBudget: (integration: Integration) => boolean = () => true,
): Promise<TestReport> {
  const alert = testAlert(request, now);
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
  // Each integration sends a message of its own.
  const ownId = (): string => randomBytes(16).toString('hex');
  const outcomes = await Promise.all(
    integrations.map(async (integration) => {
      if (!takeBudget(integration)) return { integration: integrationName(integration), ok: false, error: OVER_BUDGET };
      return tryOne(integration, Object.freeze({ ...notification, id: ownId() }), signal);
    }),
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

const OVER_BUDGET = 'rate_limit is used up: tests count against it, too';
const NOTHING_SAID: SendReport = { response: 'sent', refused: [] };
