import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';

/** `cluster` of the status API. Tocsin runs alone: a cluster of one, or none. */
export interface ClusterStatus {
  readonly name?: string;
  readonly peers: readonly { readonly address: string; readonly name: string }[];
  readonly status: 'ready' | 'disabled';
}

/**
 * What the status says of the cluster: its tools look for the members' addresses.
 * @param listenAddress `--cluster.listen-address`; '' is no cluster.
 */
export function clusterStatus(listenAddress: string, now: number): ClusterStatus {
  if (listenAddress === '') return { peers: [], status: 'disabled' };
  const name = memberName(now);
  return { name, peers: [{ address: advertised(listenAddress), name }], status: 'ready' };
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID, as Alertmanager names its members: 10 digits of time, 16 at random. */
function memberName(now: number): string {
  let name = '';
  let left = now;
  for (let i = 0; i < 10; i++) {
    name = CROCKFORD.charAt(left % 32) + name;
    left = Math.floor(left / 32);
  }
  for (let i = 0; i < 16; i++) name += CROCKFORD.charAt(randomInt(32));
  return name;
}

/** The address that others would reach: an unspecified host becomes the machine's own. */
function advertised(listenAddress: string): string {
  const colon = listenAddress.lastIndexOf(':');
  const host = listenAddress.slice(0, colon);
  const port = listenAddress.slice(colon + 1);
  return ['', '0.0.0.0', '[::]'].includes(host) ? `${ownAddress()}:${port}` : listenAddress;
}

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.find((address) => address?.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
}
