import { toTlsConfig } from '../../config/tls-config.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { securityEvent } from '../events/security-event.ts';
import type { Receiver } from '../receiver.ts';
import { syslogSchema } from './config.ts';
import { type MessageOptions, syslogMessage } from './message.ts';
import { type SyslogTransport, sendMessages } from './transport.ts';

/** `syslog_configs`. */
export const syslog = defineReceiver({ ...syslogSchema, create: createSyslogReceiver });

/** local0 is 16. */
const LOCAL0 = 16;

/** Sends one message per alert and change of its state to a syslog server: CEF as RHACS' notifier, or JSON. */
function createSyslogReceiver(config: ConfigOf<typeof syslogSchema>, context: ReceiverContext): Receiver {
  const { address, framing = 'octet_counting', facility = 'local0', format = 'cef' } = config;
  if (!address) throw new Error('syslog without an address');
  const options: MessageOptions = {
    format: format as MessageOptions['format'],
    signatureId: (config.signature_id ?? 'alert') as MessageOptions['signatureId'],
    facility: LOCAL0 + Number(facility.slice('local'.length)),
    hostname: config.hostname || hostOf(context.externalURL),
    appName: config.app_name || 'tocsin',
    vendor: config.vendor || 'StackRox',
    product: config.product || 'Kubernetes Security Platform',
    version: context.version,
    pid: process.pid,
    extraFields: config.extra_fields ?? new Map(),
    maxSize: config.max_message_size ?? 0,
  };
  const transport: SyslogTransport = {
    address,
    framing: framing as SyslogTransport['framing'],
    tls: toTlsConfig(config.tls_config),
    clock: context.clock,
  };
  return {
    changesOnly: true,
    async send({ alerts, now }, signal) {
      const messages = alerts.map((notified) => syslogMessage(securityEvent(notified, now), options));
      await sendMessages(transport, messages, signal);
      return { response: `${messages.length} messages written`, refused: [] };
    },
    close: async () => {},
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '-';
}
