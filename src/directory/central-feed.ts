import { isObject, listAt, objectAt, textAt } from '../sources/json.ts';
import type { ApiServer } from '../sources/rhacs/namespace-annotations.ts';
import { sleep } from '../time/clock.ts';
import { ApiClient } from './api-client.ts';
import { backoff, type Feed, type FeedDeps, type FeedReport, jitter } from './feed.ts';
import type { Namespace, NamespaceTable } from './namespace-table.ts';

/** ms between two readings: each costs Central several queries per namespace. */
const REFRESH = 300_000;
const PAGE = 1_000;
const OVERLAP = 20;
/** An API that has always one more page is not read for ever. */
const MOST = 200_000;

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
    const client = new ApiClient(this.#server, clock);
    let failures = 0;
    while (!signal.aborted) {
      try {
        table.replace(await readAll(client, signal));
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
async function readAll(client: ApiClient, signal: AbortSignal): Promise<Namespace[]> {
  const all: Namespace[] = [];
  for (let offset = 0; ; offset += PAGE - OVERLAP) {
    const query = new URLSearchParams({
      'query.pagination.limit': String(PAGE),
      'query.pagination.offset': String(offset),
      'query.pagination.sortOption.field': 'Namespace ID',
    });
    const page = readNamespaces(await client.get(`/v1/namespaces?${query}`, signal));
    all.push(...page);
    if (page.length < PAGE || all.length > MOST) return all;
  }
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
