import type { Delivery } from '../../../notify/deliveries.ts';
import type { HttpDeps } from '../../deps.ts';
import { sendJson } from '../../respond.ts';
import type { Methods } from '../../routes.ts';

/**
 * What is due and not delivered: `GET /deliveries`, `GET /deliveries/{id}`, `POST /deliveries/{id}/retry`. Times are
 * RFC 3339.
 */
export function deliveryRoutes(deps: HttpDeps): Readonly<Record<string, Methods>> {
  return {
    '/deliveries': {
      GET: (_request, response) => sendJson(response, 200, JSON.stringify(deps.deliveries().map(toWire))),
    },
    '/deliveries/:id': {
      GET: ({ params }, response) => {
        const delivery = deps.deliveries().find(({ id }) => id === params?.id);
        if (delivery) sendJson(response, 200, JSON.stringify(toWire(delivery)));
        else sendJson(response, 404, NOT_FOUND);
      },
    },
    '/deliveries/:id/retry': {
      POST: async ({ params }, response) => {
        const known = await deps.retryDelivery(params?.id ?? '');
        sendJson(response, known ? 202 : 404, known ? '{"retrying":true}' : NOT_FOUND);
      },
    },
  };
}

const NOT_FOUND = '{"error":"no such delivery: it may have succeeded; see GET /api/tocsin/v1/deliveries"}';

function toWire({ since, retryAt, ...delivery }: Delivery): object {
  return {
    ...delivery,
    since: new Date(since).toISOString(),
    ...(retryAt > 0 && { retryAt: new Date(retryAt).toISOString() }),
  };
}
