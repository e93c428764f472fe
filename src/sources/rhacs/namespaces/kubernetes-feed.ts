import { sleep } from '../../../time/clock.ts';
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../../json.ts';
import { ApiClient, ApiError, type ApiServer } from '../api-client.ts';
import { backoff, type Feed, type FeedDeps, type FeedReport } from './feed.ts';
import type { Namespace, NamespaceTable } from './table.ts';

const NAMESPACES = '/api/v1/namespaces';
const PAGE = 500;
/** Seconds after which the server ends a watch; a while later it counts as dead. */
const WATCH = 300;
/** etcd keeps no larger object than half of `maxBytes`. */
const WATCH_LIMITS = { patience: (WATCH + 30) * 1_000, maxBytes: 4 * 1024 * 1024 };
const LIST_LIMITS = { patience: 30_000, maxBytes: 64 * 1024 * 1024 };
/** An API that always has one more page is not read for ever. */
const MOST_PAGES = 400;

/** The version asked for is too old: all must be listed anew. */
class Expired extends Error {}

/** Namespaces of one cluster, from its API server: listed, then watched. */
export class KubernetesFeed implements Feed {
  readonly #server: ApiServer;
  readonly #cluster: string;
  readonly #deps: FeedDeps;

  /** @param cluster what alerts call this cluster; '' where only uids tell its namespaces from others. */
  constructor(server: ApiServer, cluster: string, deps: FeedDeps) {
    this.#server = server;
    this.#cluster = cluster;
    this.#deps = deps;
  }

  async run(table: NamespaceTable, report: FeedReport, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const client = new ApiClient(this.#server, clock, false);
    let failures = 0;
    let version = '';
    while (!signal.aborted) {
      try {
        if (version === '') {
          version = await this.#list(client, table, signal);
          report.current();
        }
        for await (const event of watch(client, version, signal)) {
          if (event === 'open') report.current();
          else version = this.#apply(event, table) || version;
          failures = 0;
        }
        // A server that ends every watch at once is not asked in a circle.
        await sleep(clock, 1_000, signal).catch(() => {});
      } catch (error) {
        if (signal.aborted) break;
        const expired = error instanceof Expired || (error instanceof ApiError && error.status === 410);
        if (expired) version = '';
        failures++;
        // A request to list again is no failure, unless the new list is as old.
        if (!expired || failures > 1) report.failed(error as Error);
        await sleep(clock, expired && failures === 1 ? 0 : backoff(failures, random), signal).catch(() => {});
      }
    }
    await client.close();
  }

  /** @returns the version that the list is of. */
  async #list(client: ApiClient, table: NamespaceTable, signal: AbortSignal): Promise<string> {
    const fresh = table.empty();
    let next = '';
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(next && { continue: next }) });
      const page = await client.json(`${NAMESPACES}?${query}`, signal, LIST_LIMITS);
      if (!isObject(page) || !Array.isArray(page.items)) throw new Error('the answer holds no list of namespaces');
      for (const item of objectsAt(page, 'items')) fresh.put(this.#namespace(item));
      const metadata = objectAt(page, 'metadata');
      next = textAt(metadata, 'continue');
      if (next !== '') continue;
      table.replace(fresh);
      return textAt(metadata, 'resourceVersion') || '0';
    }
    throw new Error(`there are more than ${MOST_PAGES} pages of namespaces`);
  }

  /** @returns the version that the table is of now. */
  #apply(event: JsonObject, table: NamespaceTable): string {
    const object = objectAt(event, 'object');
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        table.put(this.#namespace(object));
        break;
      case 'DELETED':
        table.remove(this.#namespace(object));
        break;
      case 'ERROR':
        if (object.code === 410) throw new Expired(textAt(object, 'message') || 'the watch is too old');
        throw new Error(`the watch failed: ${textAt(object, 'message').slice(0, 300) || 'no reason given'}`);
      default:
    }
    return textAt(objectAt(object, 'metadata'), 'resourceVersion');
  }

  #namespace(object: JsonObject): Namespace {
    const metadata = objectAt(object, 'metadata');
    return {
      id: textAt(metadata, 'uid'),
      name: textAt(metadata, 'name'),
      cluster: this.#cluster,
      clusterId: '',
      annotations: metadata.annotations,
    };
  }
}

/** The events after a version, the opening of the stream first. */
async function* watch(client: ApiClient, version: string, signal: AbortSignal): AsyncGenerator<JsonObject | 'open'> {
  const query = new URLSearchParams({
    watch: '1',
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(WATCH),
  });
  let opened = false;
  for await (const line of client.lines(`${NAMESPACES}?${query}`, signal, WATCH_LIMITS)) {
    if (!opened) yield 'open';
    else if (line.trim() !== '') yield parseEvent(line);
    opened = true;
  }
}

function parseEvent(line: string): JsonObject {
  try {
    const event: unknown = JSON.parse(line);
    if (isObject(event)) return event;
  } catch {}
  throw new Error('the watch sent something that is no event');
}
