import { existsSync } from 'node:fs';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ApiServer, NamespaceAnnotations } from '../sources/rhacs/namespace-annotations.ts';
import type { NamespaceRef } from '../sources/subject.ts';
import type { Clock } from '../time/clock.ts';
import { CentralFeed } from './central-feed.ts';
import type { Feed, FeedReport } from './feed.ts';
import { KubernetesFeed } from './kubernetes-feed.ts';
import { NamespaceTable } from './namespace-table.ts';

export interface DirectoryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random?: () => number;
}

/** What Kubernetes puts into every pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The namespaces of one source's alerts: what is known now, and what keeps it up to date. */
export class Namespaces {
  readonly #table: NamespaceTable;
  readonly #feed: Feed | undefined;
  readonly #end = new AbortController();
  #first: Promise<void> | undefined;

  /** @param wanted keys of annotations that are asked for */
  constructor(settings: NamespaceAnnotations, wanted: Iterable<string>, deps: Pick<DirectoryDeps, 'clock' | 'random'>) {
    this.#table = new NamespaceTable(wanted);
    if (settings.from === 'static') {
      for (const [path, annotations] of settings.namespaces) this.#table.put(staticNamespace(path, annotations));
    } else this.#feed = createFeed(settings, deps);
  }

  annotation(ref: NamespaceRef, key: string): string | undefined {
    return this.#table.annotation(ref, key);
  }

  /** Begins to ask. Resolves after the first answer or failure, also when called again. @param source its name */
  start(source: string, { clock, logger, metrics }: DirectoryDeps): Promise<void> {
    const feed = this.#feed;
    metrics.tocsinNamespaces.set({ source }, this.#table.size);
    if (!feed) return Promise.resolve();
    this.#first ??= new Promise((resolve) => {
      let failing = '';
      const report: FeedReport = {
        current: () => {
          if (failing !== '') logger.info('Namespace annotations are current again', { source });
          failing = '';
          metrics.tocsinNamespaceRefreshesTotal.inc({ source, outcome: 'success' });
          metrics.tocsinNamespaceLastRefreshTimestampSeconds.set({ source }, clock.now() / 1_000);
          metrics.tocsinNamespaces.set({ source }, this.#table.size);
          resolve();
        },
        failed: (error) => {
          metrics.tocsinNamespaceRefreshesTotal.inc({ source, outcome: 'failure' });
          const level = error.message === failing ? 'debug' : 'warn';
          failing = error.message;
          logger[level]('Namespace annotations cannot be read; the last known serve', { source, err: error });
          resolve();
        },
      };
      void feed.run(this.#table, report, this.#end.signal);
    });
    return this.#first;
  }

  stop(): void {
    this.#end.abort(new Error('stopped'));
  }
}

function createFeed(
  settings: Exclude<NamespaceAnnotations, { from: 'static' }>,
  { clock, random = Math.random }: Pick<DirectoryDeps, 'clock' | 'random'>,
): Feed {
  const deps = { clock, random };
  if (settings.from === 'central') return new CentralFeed(settings.server, deps);
  return new KubernetesFeed(settings.server ?? ownCluster(), settings.cluster, deps);
}

/** The API server of the cluster that this process runs in, as its pod's service account. */
function ownCluster(env: NodeJS.ProcessEnv = process.env): ApiServer {
  const { KUBERNETES_SERVICE_HOST: host = 'kubernetes.default.svc', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const caFile = `${SERVICE_ACCOUNT}/ca.crt`;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    tokenFile: `${SERVICE_ACCOUNT}/token`,
    caFile: existsSync(caFile) ? caFile : undefined,
    insecureSkipVerify: false,
  };
}

function staticNamespace(path: string, annotations: ReadonlyMap<string, string>) {
  const slash = path.lastIndexOf('/');
  const cluster = path.slice(0, slash);
  // Clusters may be named by id or by name.
  return {
    name: path.slice(slash + 1),
    id: '',
    cluster,
    clusterId: cluster,
    annotations: Object.fromEntries(annotations),
  };
}
