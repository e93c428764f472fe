import type { AddressInfo, Server } from 'node:net';

/** Where a listener is to listen. */
export type ListenTarget = { readonly host?: string; readonly port: number } | { readonly fd: number };

/** Reads `:9093`, `127.0.0.1:0`, `[::1]:9093`. @throws Error that names the flag and the address */
export function parseListenAddress(address: string): ListenTarget {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(address);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new Error(
      `--web.listen-address: invalid listen address ${JSON.stringify(address)}: expected HOST:PORT with a number of at most 65535, e.g. 127.0.0.1:9093 or :9093`,
    );
  }
  const host = match[1] ?? match[2] ?? '';
  return host === '' ? { port } : { host, port };
}

/** The sockets that systemd hands over. @throws Error where there are none */
export function systemdTargets(env: NodeJS.ProcessEnv): ListenTarget[] {
  const count = Number(env.LISTEN_PID) === process.pid ? Number(env.LISTEN_FDS) : 0;
  if (!(count > 0)) throw new Error('no socket activation file descriptors found');
  return Array.from({ length: count }, (_, i) => ({ fd: 3 + i }));
}

/** @returns `HOST:PORT` as it is bound. @throws Error with one clear line */
export function listen(server: Server, target: ListenTarget): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(new Error(`${describeTarget(target)}: ${reason(error)}${'fd' in target ? '' : advice(error)}`));
    server.once('error', failed);
    server.listen(target, () => {
      server.off('error', failed);
      resolve(formatAddress(server.address() as AddressInfo));
    });
  });
}

function describeTarget(target: ListenTarget): string {
  if ('fd' in target) return `cannot listen on file descriptor ${target.fd}`;
  const { host = '', port } = target;
  return `cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
};

function reason(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? error.message;
}

/** What to do, for whoever has named the address. */
function advice({ code }: NodeJS.ErrnoException): string {
  return code === 'EADDRINUSE'
    ? '; is another Tocsin or Alertmanager running? Choose another address with --web.listen-address'
    : '; choose another address with --web.listen-address';
}

function formatAddress({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

/** @param address `HOST:PORT` as bound */
export function isLoopback(address: string): boolean {
  return /^(?:127\.|\[::1\]:)/.test(address);
}
