import type { Receiver } from '../receivers/receiver.ts';
import type { TargetResolver } from './audience/target-resolver.ts';

/** One built entry of a receiver's `<kind>_configs`. */
export interface Integration {
  readonly receiverName: string;
  readonly kind: string;
  readonly index: number;
  /** What it is: the same wherever it stands in the file (`IntegrationConfig.identity`). */
  readonly identity: string;
  readonly sendResolved: boolean;
  readonly receiver: Receiver;
  /** Where alerts may name whom it notifies. Absent: always the configured recipients. */
  readonly resolver?: TargetResolver;
}

/** As Alertmanager names it in logs and errors: `email[0]`. */
export function integrationName({ kind, index }: Integration): string {
  return `${kind}[${index}]`;
}

/** Whose budget (`rate_limit`) an integration's messages count against: all of its kind, or what goes to the same place. */
export function budgetKey({ receiver, kind, identity }: Integration): string {
  return receiver.rateLimit?.shared ? kind : `${kind}/${identity}`;
}

/** What budgets are called, by what 0.1.0 called them. */
export function budgetNames(integrations: ReadonlyMap<string, readonly Integration[]>): ReadonlyMap<string, string> {
  const limited = [...integrations.values()].flat().filter(({ receiver }) => receiver.rateLimit);
  return new Map(
    limited.map((one) => {
      const before = one.receiver.rateLimit?.shared ? 'global' : `${one.receiverName}/${integrationName(one)}`;
      return [before, budgetKey(one)];
    }),
  );
}
