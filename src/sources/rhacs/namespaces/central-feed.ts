import { sleep } from '../../../time/clock.ts';
import { isObject, listAt, objectAt, textAt } from '../../json.ts';
import { ApiClient, type ApiServer } from '../api-client.ts';
import { backoff, type Feed, type FeedDeps, type FeedReport, jitter } from './feed.ts';
import type { Namespace, NamespaceTable } from './table.ts';

/** ms between two readings: each costs Central several queries per namespace. */
const REFRESH = 300_000;
const PAGE = 1_000;
const OVERLAP = 20;
/** An API that always has one more page is not read for ever. */
const MOST_PAGES = 200;
const LIMITS = { patience: 30_000, maxBytes: 64 * 1024 * 1024 };

/** Namespaces of all clusters, from Central: read whole, every few minutes. */
export class CentralFeed implements Feed {
  readonly #server: ApiServer;
  readonly #deps: FeedDeps;

  constructor(server: ApiServer, deps: FeedDeps) {
    this.#server = server;
    this.#deps = deps;
  }

  async run(table: NamespaceTable, report: FeedReport, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const client = new ApiClient(this.#server, clock, true);
    let failures = 0;
    while (!signal.aborted) {
      try {
        const fresh = table.empty();
        await readAll(client, fresh, signal);
        table.replace(fresh);
        failures = 0;
        report.current();
      } catch (error) {
        if (signal.aborted) break;
        failures++;
        report.failed(error as Error);
      }
      const wait = failures === 0 ? jitter(REFRESH, random) : backoff(failures, random);
      await sleep(clock, wait, signal).catch(() => {});
    }
    await client.close();
  }
}

/** Pages overlap, so that a namespace that goes away while they are read hides no other. */
async function readAll(client: ApiClient, table: NamespaceTable, signal: AbortSignal): Promise<void> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({
      'query.pagination.limit': String(PAGE),
      'query.pagination.offset': String(page * (PAGE - OVERLAP)),
      'query.pagination.sortOption.field': 'Namespace ID',
    });
    const namespaces = readNamespaces(await client.json(`/v1/namespaces?${query}`, signal, LIMITS));
    for (const namespace of namespaces) table.put(namespace);
    if (namespaces.length < PAGE) return;
  }
  throw new Error(`there are more than ${MOST_PAGES} pages of namespaces`);
}

/** @throws Error where the answer is not a list of namespaces: what is known is better than that. */
function readNamespaces(answer: unknown): Namespace[] {
  if (!isObject(answer) || !Array.isArray(answer.namespaces)) throw new Error('the answer holds no list of namespaces');
  return listAt(answer, 'namespaces')
    .filter(isObject)
    .map((namespace) => {
      const metadata = objectAt(namespace, 'metadata');
      return {
        id: textAt(metadata, 'id'),
        name: textAt(metadata, 'name'),
        cluster: textAt(metadata, 'clusterName'),
        clusterId: textAt(metadata, 'clusterId'),
        annotations: metadata.annotations,
      };
    })
    .filter(({ name }) => name !== '');
}
