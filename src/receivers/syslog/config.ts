import { type Field, map } from '../../config/field.ts';
import { configPath, oneOf, string, uint } from '../../config/scalars.ts';
import { tlsField } from '../../config/tls-config.ts';
import { receiverSchema } from '../define-receiver.ts';

const FACILITIES = Array.from({ length: 8 }, (_, i) => `local${i}`);
const DEFAULT_PORTS: Readonly<Record<string, number>> = { tcp: 514, tls: 6514, udp: 514 };

export interface SyslogAddress {
  readonly protocol: 'tcp' | 'tls' | 'udp';
  readonly host: string;
  readonly port: number;
}

/** `tls://siem.example.org:6514` */
const address: Field<SyslogAddress> = {
  read(place) {
    const text = string.read(place) ?? '';
    const found = /^(tcp|tls|udp):\/\/(\[[\da-fA-F:.]+\]|[^\s/:@?#[\]]+)(?::(\d{1,5}))?\/?$/.exec(text);
    const port = Number(found?.[3] ?? DEFAULT_PORTS[found?.[1] ?? 'tcp']);
    if (found && port >= 1 && port <= 65_535) {
      const protocol = found[1] as SyslogAddress['protocol'];
      return { protocol, host: (found[2] as string).replace(/^\[|\]$/g, ''), port };
    }
    place.report(
      `expected tcp://HOST:PORT, tls://HOST:PORT or udp://HOST:PORT, found ${JSON.stringify(text.slice(0, 100))}`,
    );
    return undefined;
  },
  write: ({ protocol, host, port }) => `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`,
};

export const syslogSchema = receiverSchema({
  kind: 'syslog',
  isHidden: true,
  sendResolvedDefault: true,
  http: null,
  shape: {
    address,
    framing: oneOf('octet_counting', 'newline'),
    facility: oneOf(...FACILITIES),
    format: oneOf('cef', 'cef_legacy', 'json'),
    signature_id: oneOf('alert', 'policy'),
    hostname: string,
    app_name: string,
    vendor: string,
    product: string,
    extra_fields: map(string),
    /** Bytes of one message; what does not fit loses whole fields. */
    max_message_size: uint,
    tls_config: tlsField(configPath),
  },
  resolve(values, place) {
    if (place.lacks('address')) place.report('missing address in syslog config');
    for (const name of values.extra_fields?.keys() ?? []) {
      if (/^[A-Za-z\d]+$/.test(name)) continue;
      place.near('extra_fields').near(name).report('a CEF key holds letters and digits only');
    }
    if (values.address?.protocol === 'tls' && values.framing === 'newline') {
      place.near('framing').report('syslog over TLS has octet_counting only (RFC 5425)');
    }
    return { ...values, max_message_size: values.max_message_size ?? 8_192 };
  },
  convert: (values) => values,
  recipientsOf: ({ address }) => [address],
});
