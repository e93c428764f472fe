import type { Delivery } from '../../../notify/undelivered.ts';
import type { HttpDeps } from '../../deps.ts';
import { HttpError } from '../../errors.ts';
import type { Methods } from '../../routes.ts';

/**
 * What is due and not delivered: `GET /deliveries`, `GET /deliveries/{id}`, `POST /deliveries/{id}/retry`. Times are
 * RFC 3339.
 */
export function deliveryRoutes(deps: HttpDeps): Readonly<Record<string, Methods>> {
  return {
    '/deliveries': {
      GET: (_request, response) => void response.json(deps.deliveries().map(toWire)),
    },
    '/deliveries/:id': {
      GET: ({ params }, response) => {
        const delivery = deps.deliveries().find(({ id }) => id === params.id);
        if (!delivery) throw notFound();
        response.json(toWire(delivery));
      },
    },
    '/deliveries/:id/retry': {
      POST: async ({ params }, response) => {
        if (!(await deps.retryDelivery(String(params.id)))) throw notFound();
        response.status(202).json({ retrying: true });
      },
    },
  };
}

function notFound(): HttpError {
  return new HttpError(404, 'no such delivery: it may have succeeded; see GET /api/tocsin/v1/deliveries');
}

function toWire({ since, retryAt, ...delivery }: Delivery): object {
  return {
    ...delivery,
    since: new Date(since).toISOString(),
    ...(retryAt > 0 && { retryAt: new Date(retryAt).toISOString() }),
  };
}
