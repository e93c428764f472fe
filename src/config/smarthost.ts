import type { Field } from './field.ts';
import { string } from './scalars.ts';

/** host:port of a mail server. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
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
      return text.split(',').map((part) => parseHostPort(part.trim()));
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
  const port = NAMED_PORTS.get(portText) ?? (/^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN);
  if (!(port >= 0 && port <= 65_535)) throw new Error(`address ${text}: invalid port ${JSON.stringify(portText)}`);
  return { host: bracketed ?? bare ?? '', port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function splitProblem(text: string): string {
  const afterBracket = text.startsWith('[') ? text.slice(text.indexOf(']') + 1) : text;
  if (text.startsWith('[') && !text.includes(']')) return "missing ']' in address";
  if (!afterBracket.includes(':')) return 'missing port in address';
  return text.startsWith('[') ? 'missing port in address' : 'too many colons in address';
}
