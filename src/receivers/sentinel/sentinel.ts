import { secretSource } from '../../config/secret-source.ts';
import { formatTime } from '../../time/timestamp.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { createEventReceiver, type EncodedEvent } from '../events/event-receiver.ts';
import { prune } from '../events/prune.ts';
import type { SecurityEvent } from '../events/security-event.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import type { Receiver } from '../receiver.ts';
import { AzureTokens } from './azure-token.ts';
import { sentinelSchema } from './config.ts';

/** `sentinel_configs`. */
export const sentinel = defineReceiver({ ...sentinelSchema, create: createSentinelReceiver });

type SentinelConfig = ConfigOf<typeof sentinelSchema>;

/** Bytes: Azure cuts a longer field without an error, and refuses a larger request. */
const MAX_FIELD = 64_000;
const MAX_REQUEST = 900_000;

/** 403: a new role takes up to half an hour to be known everywhere. */
const RETRIED = [...RETRIED_STATUSES, 403];

const CLOUDS = {
  public: { login: 'https://login.microsoftonline.com', scope: 'https://monitor.azure.com//.default' },
  usgovernment: { login: 'https://login.microsoftonline.us', scope: 'https://monitor.azure.us//.default' },
  china: { login: 'https://login.partner.microsoftonline.cn', scope: 'https://monitor.azure.cn//.default' },
};

/** Writes rows of Microsoft Sentinel by Azure Monitor's Logs Ingestion API. */
function createSentinelReceiver(config: SentinelConfig, context: ReceiverContext): Receiver {
  const http = httpConfigOf(config);
  const login = createHttpSender({ kind: 'sentinel', http, retried: RETRIED }, context);
  const tokens = new AzureTokens(loginOf(config, process.env), login, context.clock);
  const endpoint = (config.endpoint as string).replace(/\/$/, '');

  const streamOf = ({ document }: SecurityEvent) => (document.message === 'audit' ? config.audit : config.alerts);

  const receiver = createEventReceiver(
    {
      kind: 'sentinel',
      http: httpConfigOf(config),
      timeout: config.timeout,
      // Alerts and audit messages go to streams of their own.
      maxEvents: config.audit ? 1 : 1_000,
      maxBytes: MAX_REQUEST,
      retried: RETRIED,
      encode: (event) => JSON.stringify(rowOf(event, config.record === 'columns')),
      // As in RHACS, where each of the two streams is switched on by itself.
      wants: (event) => streamOf(event) !== undefined,
      async request(events, signal) {
        const to = streamOf((events[0] as EncodedEvent).event);
        const token = await tokens.get(signal);
        const path = `dataCollectionRules/${to?.rule_id}/streams/${to?.stream}?api-version=2023-01-01`;
        return {
          method: 'POST',
          url: `${endpoint}/${path}`,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
          body: `[${events.map(({ text }) => text).join(',')}]`,
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

function loginOf(config: SentinelConfig, env: Readonly<Record<string, string | undefined>>) {
  const { login, scope } = CLOUDS[(config.cloud ?? 'public') as keyof typeof CLOUDS];
  const federated = config.workload_identity ? env : {};
  const tenant = config.tenant_id || federated.AZURE_TENANT_ID || '';
  const base = (config.authority_url || federated.AZURE_AUTHORITY_HOST || login).replace(/\/$/, '');
  return {
    authority: `${base}/${tenant}`,
    clientId: config.client_id || federated.AZURE_CLIENT_ID || '',
    scope,
    secret: secretSource(config.client_secret, config.client_secret_file),
    certificate:
      config.certificate_file && config.certificate_key_file
        ? { file: config.certificate_file, keyFile: config.certificate_key_file }
        : undefined,
    federatedTokenFile: federated.AZURE_FEDERATED_TOKEN_FILE,
  };
}

/** RHACS' one column `msg`, or the main facts as columns beside it. No field is longer than Azure keeps. */
function rowOf(event: SecurityEvent, asColumns: boolean): object {
  const fits = (body: object): boolean => Buffer.byteLength(JSON.stringify(body)) <= MAX_FIELD;
  const { body, omitted } = prune(event.document.body, fits);
  const left = omitted.violations + omitted.processes + omitted.labels;
  const { fingerprint, state, id } = event;
  const tocsin = {
    eventId: `${fingerprint}/${state}/${event.time}`,
    fingerprint,
    state,
    ...(left > 0 && { omitted: left }),
  };
  const row = { TimeGenerated: formatTime(event.time), msg: fits(body) ? body : { id }, tocsin };
  if (!asColumns) return row;
  const { policy, severity, cluster, namespace, entity, summary } = event;
  return {
    ...row,
    AlertId: id,
    State: state,
    Severity: severity,
    Policy: policy.name,
    Cluster: cluster,
    Namespace: namespace,
    Entity: entity.name,
    Summary: summary,
  };
}
