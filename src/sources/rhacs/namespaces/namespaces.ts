import { existsSync } from 'node:fs';
import type { NamespaceDeps, NamespaceLookup, NamespaceSettings } from '../../namespace-lookup.ts';
import type { NamespaceRef } from '../../subject.ts';
import type { ApiServer } from '../api-client.ts';
import { CentralFeed } from './central-feed.ts';
import type { NamespaceAnnotations } from './config.ts';
import type { Feed, FeedReport } from './feed.ts';
import { KubernetesFeed } from './kubernetes-feed.ts';
import { NamespaceTable } from './table.ts';

/** What Kubernetes puts into every pod. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The lookup that `namespace_annotations` of a source asks for. */
export function namespaceSettings(settings: NamespaceAnnotations | undefined): NamespaceSettings | undefined {
  if (settings === undefined) return undefined;
  return {
    identity: JSON.stringify(settings, (_, value: unknown) => (value instanceof Map ? [...value] : value)),
    open: (wanted, deps) => new Namespaces(settings, wanted, deps),
  };
}

class Namespaces implements NamespaceLookup {
  readonly #table: NamespaceTable;
  readonly #feed: Feed | undefined;
  readonly #end = new AbortController();
  #first: Promise<void> | undefined;

  /** @param wanted keys of annotations that are asked for */
  constructor(settings: NamespaceAnnotations, wanted: Iterable<string>, deps: Pick<NamespaceDeps, 'clock' | 'random'>) {
    this.#table = new NamespaceTable(wanted);
    if (settings.from === 'static') {
      for (const [path, annotations] of settings.namespaces) this.#table.put(staticNamespace(path, annotations));
    } else this.#feed = createFeed(settings, deps);
  }

  annotation(ref: NamespaceRef, key: string): string | undefined {
    return this.#table.annotation(ref, key);
  }

  start(source: string, { clock, logger, metrics }: NamespaceDeps): Promise<void> {
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
          logger[level]('Reading namespace annotations failed; using the last known values', { source, err: error });
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
  { clock, random = Math.random }: Pick<NamespaceDeps, 'clock' | 'random'>,
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
