import type { Field } from './field.ts';
import { string } from './scalars.ts';

/** host:port of a mail server. */
export interface HostPort {
  readonly host: string;
  /** NaN: it is none, and nothing can be sent. */
  readonly port: number;
  /** As written, where the port is none. */
  readonly text?: string;
}

/** The ports that have names in /etc/services and carry mail. */
const NAMED_PORTS: ReadonlyMap<string, number> = new Map([
  ['smtp', 25],
  ['submission', 587],
  ['smtps', 465],
  ['submissions', 465],
]);

/**
 * `host:port`; Tocsin also takes several, separated by commas, which are tried in order. '' is not set.
 * Only the first is shown in `config.original`, since Alertmanager's parsers know but one.
 */
export const smarthosts: Field<readonly HostPort[]> = {
  read(place) {
    const text = string.read(place);
    if (text === undefined || text === '') return undefined;
    try {
      const servers = text.split(',').map((part) => parseHostPort(part.trim()));
      const bad = servers.find(({ port }) => Number.isNaN(port));
      // Alertmanager finds it out when it sends.
      if (bad) place.warn(`nothing can be sent to ${JSON.stringify(bad.text)}: its port is no number from 0 to 65535`);
      return servers;
    } catch (error) {
      place.report(`expected host:port such as smtp.example.org:587: ${(error as Error).message}`);
      // Not undefined: those who inherit it would complain that it is not set.
      return [];
    }
  },
  write: ([first]) => first && formatHostPort(first),
};

/** @throws Error with Go's text. */
export function parseHostPort(text: string): HostPort {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  if (match === null) throw new Error(`address ${text}: ${splitProblem(text)}`);
  const [, bracketed, bare, portText = ''] = match;
  if (portText === '') throw new Error(`address ${JSON.stringify(text)}: port cannot be empty`);
  const trimmed = portText.trim();
  const port = NAMED_PORTS.get(trimmed) ?? (/^\+?\d{1,5}$/.test(trimmed) ? Number(trimmed) : Number.NaN);
  const host = bracketed ?? bare ?? '';
  return port <= 65_535 ? { host, port } : { host, port: Number.NaN, text };
}

export function formatHostPort({ host, port, text }: HostPort): string {
  if (text !== undefined) return text;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function splitProblem(text: string): string {
  const afterBracket = text.startsWith('[') ? text.slice(text.indexOf(']') + 1) : text;
  if (text.startsWith('[') && !text.includes(']')) return "missing ']' in address";
  if (!afterBracket.includes(':')) return 'missing port in address';
  return text.startsWith('[') ? 'missing port in address' : 'too many colons in address';
}
