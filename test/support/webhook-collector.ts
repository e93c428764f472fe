import type { ReceivedRequest } from './http-server.ts';
import { TestHttpServer } from './http-server.ts';

/** A webhook v4 body, as far as tests look at it. */
export interface WebhookBody {
  readonly receiver: string;
  readonly status: string;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}

export interface Notification {
  /** When it came, ms since 1970. */
  readonly at: number;
  /** Path of the URL that it was sent to. */
  readonly path: string;
  readonly headers: ReceivedRequest['headers'];
  /** The body as it came. */
  readonly text: string;
  readonly body: WebhookBody;
}

/** A real HTTP server that keeps the webhook notifications it gets and answers a path's n-th (from 1) as `answer` says. */
export class WebhookCollector {
  readonly notifications: Notification[] = [];
  readonly #server: TestHttpServer;

  private constructor(server: TestHttpServer) {
    this.#server = server;
  }

  static async start(answer: (path: string, count: number) => number = () => 200): Promise<WebhookCollector> {
    const server = await TestHttpServer.start((request) => {
      const body = JSON.parse(request.body) as WebhookBody;
      collector.notifications.push({
        at: Date.now(),
        path: request.url,
        headers: request.headers,
        text: request.body,
        body,
      });
      return answer(request.url, collector.notifications.filter(({ path }) => path === request.url).length);
    });
    const collector = new WebhookCollector(server);
    return collector;
  }

  url(path = '/'): string {
    return this.#server.url(path);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
