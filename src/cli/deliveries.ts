import { chooseWord, defineCommand } from './command.ts';
import { FlagError, text } from './flag-types.ts';

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

/** `tocsin deliveries`: asks a running Tocsin what it could not deliver. */
export const deliveries = defineCommand({
  name: 'deliveries',
  usage: ['list [--url URL]', 'show ID [--url URL]', 'retry ID [--url URL]'],
  notes: `  list   pending deliveries, oldest first
  show   one delivery, with the last answer
  retry  retry it now, also when it was set aside`,
  flags: {
    url: text(
      'url',
      'The running Tocsin, with its route prefix and, where it asks for a login, USER:PASSWORD@ before the host.',
      'URL',
      'http://127.0.0.1:9093',
    ),
  },
  async run({ url }, words, { stdout }) {
    const verb = chooseWord(words[0], ['list', 'show', 'retry']);
    const id = words[1] ?? '';
    if (words.length > (verb === 'list' ? 1 : 2)) throw new FlagError(`unexpected argument '${words.at(-1)}'`);
    if (verb !== 'list' && id === '') throw new FlagError(`${verb} needs the ID of a delivery`);
    if (!URL.canParse(url)) throw new FlagError(`invalid value for --url: not a URL: ${JSON.stringify(url)}`);
    const api = new URL(`${url.replace(/\/+$/, '')}/api/tocsin/v1/deliveries`);
    if (verb === 'list') stdout.write(table((await ask(api, 'GET')) as Delivery[]));
    else if (verb === 'show') stdout.write(`${JSON.stringify(await ask(under(api, id), 'GET'), null, 2)}\n`);
    else {
      await ask(under(api, `${id}/retry`), 'POST');
      stdout.write(`Retrying ${id}; run "tocsin deliveries list" for the outcome.\n`);
    }
    return 0;
  },
});

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
  throw new Error(`${plain.origin} answered ${response.status}: ${errorOf(text)}`);
}

function errorOf(text: string): string {
  try {
    return (JSON.parse(text) as { readonly error: string }).error;
  } catch {
    return text.trim();
  }
}

function table(found: readonly Delivery[]): string {
  if (found.length === 0) return 'No pending deliveries.\n';
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
