import { type Denial, policyDenyBody } from '../sources/calico/samples.ts';
import { iptablesBody, privilegedContainerBody, TEST_BUTTON_BODY } from '../sources/rhacs/samples.ts';

/** A request that the demo makes, as the sender named would make it. */
export interface SamplePost {
  /** Below Tocsin's address. */
  readonly path: string;
  readonly body: unknown;
}

/** What the Test button of RHACS's integration page sends. */
export const rhacsTest: SamplePost = rhacs(TEST_BUTTON_BODY);

/** @param now ms since 1970: when it happened */
export function iptables(now: number): SamplePost {
  return rhacs(iptablesBody(now));
}

/** @param now ms since 1970: when it happened */
export function privileged(deployment: 'cart' | 'checkout-api', now: number): SamplePost {
  return rhacs(privilegedContainerBody(deployment, now));
}

function rhacs(body: unknown): SamplePost {
  return { path: '/webhooks/rhacs', body };
}

export const denials: readonly [Denial, Denial, Denial] = [
  { srcIP: '192.168.132.71', pod: 'calico-node-7xk2p' },
  { srcIP: '192.168.77.12', pod: 'calico-node-q9v4c' },
  { srcIP: '192.168.77.40', pod: 'calico-node-q9v4c' },
];

/** @param startsAt @param endsAt ms since 1970: in the future while the alert fires */
export function policyDeny(denied: readonly Denial[], startsAt: number, endsAt: number): SamplePost {
  return { path: '/api/v2/alerts', body: policyDenyBody(denied, startsAt, endsAt) };
}
