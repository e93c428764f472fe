import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { createEventReceiver } from '../events/event-receiver.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { googleSccSchema } from './config.ts';
import { findingId, findingOf } from './finding.ts';
import { GoogleTokens } from './google-token.ts';

/** `google_scc_configs`. */
export const googleScc = defineReceiver({ ...googleSccSchema, create: createSccReceiver });

/** What a later finding of the same alert changes. */
const UPDATED = 'state,severity,eventTime,description,nextSteps,externalUri,sourceProperties';

/**
 * Writes findings of Google Cloud's Security Command Center: created or updated by the same request, so that sending one
 * twice does no harm; what has ended becomes INACTIVE.
 */
function createSccReceiver(config: ConfigOf<typeof googleSccSchema>, context: ReceiverContext): Receiver {
  const source = config.source as string;
  const http = httpConfigOf(config);
  const login = createHttpSender({ kind: 'google_scc', http, retried: RETRIED_STATUSES }, context);
  const tokens = new GoogleTokens(config.credentials_file, login, context.clock);
  const isV2 = config.api_version === 'v2';
  const base = `${(config.api_url as string).replace(/\/$/, '')}/${config.api_version}/${source}`;
  const findings = `${base}${isV2 ? `/locations/${config.location}` : ''}/findings`;
  const clusters = config.clusters ?? new Map<string, string>();

  const receiver = createEventReceiver(
    {
      kind: 'google_scc',
      http: httpConfigOf(config),
      timeout: config.timeout,
      maxEvents: 1,
      maxBytes: Number.POSITIVE_INFINITY,
      encode: (event) => JSON.stringify(findingOf(event, source, clusters, context.clock.now())),
      details: ({ body }) => /"message"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? body,
      async request([one], signal) {
        const token = await tokens.get(signal);
        const id = one ? findingId(one.event) : '';
        return {
          method: 'PATCH',
          url: `${findings}/${id}?updateMask=${encodeURIComponent(UPDATED)}`,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
          body: one?.text ?? '',
          secrets: [token],
        };
      },
    },
    context,
  );
  return {
    ...receiver,
    close: async () => {
      await Promise.all([receiver.close(), login.close()]);
    },
  };
}
