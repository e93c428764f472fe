import { denials, iptables, policyDeny, privileged, rhacsTest, type SamplePost } from './samples.ts';

/** One thing that happens, and the mail that must come of it. */
export interface Step {
  /** Told before it happens. */
  readonly say: string;
  /** Made when the step begins; absent: nothing but time passes. */
  readonly post?: (now: number) => SamplePost;
  /** What the subject of the mail that follows must be like; absent: nothing new, so no email. */
  readonly expect?: RegExp;
}

/** ms: Prometheus says of a firing alert that it ends a few minutes from now, and says so again in time. */
const RESEND = 4 * 60_000;

/** Two stories: violations that RHACS reports, and packets that Calico denies. */
export function scenario(start: number): readonly Step[] {
  const [first, second, third] = denials;
  return [
    {
      say: 'RHACS sends a test (its Test button).',
      post: () => rhacsTest,
      expect: /test/i,
    },
    {
      say: 'RHACS: iptables ran as root in a privileged container; the pod was killed.',
      post: (now) => iptables(now),
      expect: /^\[FIRING:1\] Critical: .*Iptables or nftables Executed in Privileged Container/,
    },
    {
      say: 'RHACS: deployment checkout-api in namespace shop runs a privileged container.',
      post: (now) => privileged('checkout-api', now),
      expect: /^\[FIRING:1\] Medium: Deployment checkout-api .*Privileged Container/,
    },
    {
      say: 'RHACS says the same again: nothing new, so no email.',
      post: (now) => privileged('checkout-api', now),
    },
    {
      say: 'RHACS: deployment cart too. Same policy, same namespace: the group grows.',
      post: (now) => privileged('cart', now),
      expect: /^\[FIRING:2\] .*Privileged Container/,
    },
    {
      say: 'Prometheus: a Calico policy denies packets from two addresses. One email, not two.',
      post: (now) => policyDeny([first, second], start, now + RESEND),
      expect: /^\[FIRING:2\] Calico: /,
    },
    {
      say: 'Prometheus: a third address. The group grows.',
      post: (now) => policyDeny([first, second, third], start, now + RESEND),
      expect: /^\[FIRING:3\] Calico: /,
    },
    {
      say: 'Nothing changes until repeat_interval has passed: a reminder.',
      expect: /^\[FIRING:3\] Calico: /,
    },
    {
      say: 'Prometheus: no more packets are denied. The group resolves.',
      post: (now) => policyDeny([first, second, third], start, now),
      expect: /^\[RESOLVED\] Calico: /,
    },
  ];
}
