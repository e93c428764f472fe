import type { Receiver } from '../receivers/receiver.ts';
import type { TargetResolver } from './audience/target-resolver.ts';

/** One built entry of a receiver's `<kind>_configs`. */
export interface Integration {
  readonly receiverName: string;
  readonly kind: string;
  readonly index: number;
  readonly sendResolved: boolean;
  readonly receiver: Receiver;
  /** Where alerts may name whom it notifies. Absent: always the configured recipients. */
  readonly resolver?: TargetResolver;
}

/** As Alertmanager names it in logs and errors: `email[0]`. */
export function integrationName({ kind, index }: Integration): string {
  return `${kind}[${index}]`;
}

/** The notification log's key (Alertmanager's group key + receiver), with the audience where there is more than one. */
export function logKey(groupKey: string, { receiverName, kind, index }: Integration, audience: string): string {
  return JSON.stringify([groupKey, receiverName, kind, index, audience]);
}

/** Whose budget (`rate_limit`) an integration's messages count against. */
export function budgetKey(integration: Integration): string {
  return integration.receiver.rateLimit?.shared
    ? 'global'
    : `${integration.receiverName}/${integrationName(integration)}`;
}

/** The parts of a notification log's key. */
export function parseLogKey(key: string): {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly audience: string;
} {
  const [groupKey, receiver, kind, index, audience] = JSON.parse(key) as [string, string, string, number, string];
  return { groupKey, receiver, integration: `${kind}[${index}]`, audience };
}
