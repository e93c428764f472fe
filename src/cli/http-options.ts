import { availableParallelism, hostname } from 'node:os';
import { hostOf, routePrefix } from '../http/external-url.ts';
import { DEFAULT_LIMITS, type HttpOptions } from '../http/options.ts';
import type { Flags } from './flags.ts';
import { ALERTMANAGER_VERSION } from './version.ts';

/** How the server listens, from the command line. @param version Tocsin's own. */
export function httpOptions(flags: Flags, version: string): HttpOptions {
  return {
    listenAddresses: flags.listenAddresses,
    systemdSocket: flags.systemdSocket,
    routePrefix: routePrefix(flags.routePrefix, flags.externalUrl),
    webConfigFile: flags.webConfigFile,
    getConcurrency: flags.getConcurrency || Math.max(availableParallelism(), 8),
    timeout: flags.webTimeout,
    limits: DEFAULT_LIMITS,
    allowedHosts: allowedHosts(flags),
    corsOrigin: flags.corsOrigin,
    matcherMode: flags.features.matcherMode,
    version: {
      version: ALERTMANAGER_VERSION,
      revision: `tocsin-${version}`,
      branch: 'tocsin',
      buildUser: 'tocsin',
      buildDate: '',
      goVersion: `node ${process.version}`,
    },
    clusterListenAddress: flags.clusterListenAddress,
  };
}

/** The external URL's host, or this machine's name, which that URL has by default. */
function allowedHosts({ allowedHosts, externalUrl }: Flags): readonly string[] {
  const own = externalUrl === '' ? hostname() : hostOf(externalUrl);
  return [own, ...allowedHosts].map((name) => name.toLowerCase());
}
