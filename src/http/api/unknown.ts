import express, { type Router } from 'express';

/** What Alertmanager's Connect API says to paths that it does not have. */
const UNKNOWN = { code: 'unimplemented', message: 'unknown Connect procedure' };

/** Paths below `/api/` that no API has: 501 as in Alertmanager 0.35, whose Connect API Tocsin does not have. */
export function unknownApi(): Router {
  const router = express.Router({ caseSensitive: true });
  router.all('/api{/*rest}', (request, response, next) => {
    if (request.path.startsWith('/api/v1/')) next();
    else response.status(501).json(UNKNOWN);
  });
  return router;
}
