import { parseArgs } from 'node:util';
import { helped, type Output } from './usage.ts';

const USAGE = `usage: tocsin deliveries list|show ID|retry ID [--url http://127.0.0.1:9093]
  list      what is due and not delivered, oldest first
  show ID   one of them, with the other side's last word
  retry ID  try it now, also when it was set aside
  --url     the running Tocsin, with its route prefix and, where it asks for them, http://USER:PASSWORD@...
`;

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly receiver: string;
  readonly integration: string;
  readonly audience: string;
  readonly since: string;
  readonly failures: number;
  readonly error: string;
}

/**
 * `tocsin deliveries ...`: asks a running Tocsin what it could not deliver.
 * @param args what follows `deliveries` on the command line.
 * @returns the exit code.
 */
export async function deliveries(args: readonly string[], out: Output = process): Promise<number> {
  if (helped(args, USAGE, out)) return 0;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { url: { type: 'string', default: 'http://127.0.0.1:9093' } },
      allowPositionals: true,
    });
    const [verb, id] = positionals;
    const api = new URL(`${values.url.replace(/\/+$/, '')}/api/tocsin/v1/deliveries`);
    if (verb === 'list' && positionals.length === 1) {
      out.stdout.write(table((await ask(api, 'GET')) as Delivery[]));
    } else if (verb === 'show' && id !== undefined) {
      out.stdout.write(`${JSON.stringify(await ask(under(api, id), 'GET'), null, 2)}\n`);
    } else if (verb === 'retry' && id !== undefined) {
      await ask(under(api, `${id}/retry`), 'POST');
      out.stdout.write(`Delivery ${id} is tried now; see tocsin deliveries list\n`);
    } else {
      out.stderr.write(USAGE);
      return 1;
    }
    return 0;
  } catch (error) {
    out.stderr.write(`tocsin: ${(error as Error).message}\n`);
    return 1;
  }
}

function under(api: URL, path: string): URL {
  const url = new URL(api);
  url.pathname += `/${path}`;
  return url;
}

async function ask(url: URL, method: string): Promise<unknown> {
  const login =
    url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  let response: Response;
  try {
    response = await fetch(plain, {
      method,
      headers: login === undefined ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` },
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    throw new Error(`no answer from ${plain.origin}: ${cause?.message || (error as Error).message}; see --url`);
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as unknown;
  throw new Error(`${plain.origin} says ${response.status}: ${errorOf(text)}`);
}

function errorOf(text: string): string {
  try {
    return (JSON.parse(text) as { readonly error: string }).error;
  } catch {
    return text.trim();
  }
}

function table(found: readonly Delivery[]): string {
  if (found.length === 0) return 'Nothing is waiting: all that was due is delivered.\n';
  const rows = found.map(({ id, state, since, failures, receiver, integration, audience, error }) => [
    id,
    state,
    since.replace(/\.\d+Z$/, 'Z'),
    String(failures),
    `${receiver}/${integration}${audience === '' ? '' : ` ${audience}`}`,
    error,
  ]);
  const all = [['ID', 'State', 'Since', 'Failures', 'Receiver', 'Last answer'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`).join('');
}
