import { BlockList, isIP } from 'node:net';
import type { ProxyConfig } from '../config/types.ts';

/** The proxy to reach `target` through, by the rules of Go's net/http; undefined: none. */
export function proxyFor(target: URL, config: ProxyConfig, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (config.fromEnvironment) {
    const get = (name: string): string => env[name] || env[name.toLowerCase()] || '';
    const proxy = target.protocol === 'https:' ? get('HTTPS_PROXY') : get('HTTP_PROXY');
    return proxy === '' || bypasses(target, get('NO_PROXY')) ? undefined : withScheme(proxy);
  }
  if (config.url === undefined || config.url === '') return undefined;
  // Without no_proxy even this machine is reached through the proxy, as in Go.
  return config.noProxy !== '' && bypasses(target, config.noProxy) ? undefined : withScheme(config.url);
}

function withScheme(proxy: string): string {
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function bypasses(target: URL, noProxy: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

/** `*`, an address, a network, or a domain (`.d` without the domain itself), each but `*` with an optional port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const slash = /^([^/]+)\/(\d+)$/.exec(entry);
  if (slash) return isIP(host) !== 0 && inNetwork(host, slash[1] as string, Number(slash[2]));
  const [, name = entry, wantedPort] =
    /^(?:\[(?=.*\]))?([^[\]]+?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const domain = name.replace(/^\*(?=\.)/, '');
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || prefix > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return isIP(host) === (family === 'ipv6' ? 6 : 4) && list.check(host, family);
}
