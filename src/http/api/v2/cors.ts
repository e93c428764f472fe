import type { RequestHandler } from 'express';
import type { OriginTest } from '../../options.ts';

const METHODS: readonly (string | undefined)[] = ['GET', 'POST', 'DELETE'];
/** Seconds that a browser may remember a preflight's answer. */
const MAX_AGE = '600';

/**
 * Lets pages of other origins call the API, as Alertmanager does with `--web.cors.origin`: never with credentials. An
 * origin that is not allowed is answered as usual, without the headers that would let its page read the answer.
 */
export function cors(allows: OriginTest): RequestHandler {
  return (request, response, next) => {
    const {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    } = request.headers;
    const allowed = (wanted: string | undefined): boolean =>
      origin !== undefined && METHODS.includes(wanted) && allows(origin);
    if (request.method === 'OPTIONS' && method) {
      response.setHeader('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
      if (allowed(method)) {
        response.setHeader('Access-Control-Allow-Origin', origin as string);
        response.setHeader('Access-Control-Allow-Methods', method);
        if (headers) response.setHeader('Access-Control-Allow-Headers', headers);
        response.setHeader('Access-Control-Max-Age', MAX_AGE);
      }
      return void response.status(204).end();
    }
    response.setHeader('Vary', 'Origin');
    if (allowed(request.method)) {
      response.setHeader('Access-Control-Allow-Origin', origin as string);
      response.setHeader('Access-Control-Expose-Headers', 'Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin');
    }
    next();
  };
}
