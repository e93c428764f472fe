import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import type { Agent, Dispatcher } from 'undici';
import type { ApiServer } from '../sources/rhacs/namespace-annotations.ts';
import type { Clock } from '../time/clock.ts';

/** ms until an answer must have begun, or its next part have come. */
const PATIENCE = 30_000;
/** Of an answer no more is read: an API that is not the one it should be does not fill the memory. */
const MAX_BODY = 64 * 1024 * 1024;

/** An answer that is not 200. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks an HTTP API with a bearer token. Token and CA are read for each request, so that both can be rotated. */
export class ApiClient {
  readonly #server: ApiServer;
  readonly #clock: Clock;
  #agent: { readonly ca: string | undefined; readonly agent: Agent } | undefined;

  constructor(server: ApiServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  /** GET of a JSON document. @throws ApiError, or Error in plain words without secrets */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    let text = '';
    for await (const chunk of this.stream(path, signal)) {
      text += chunk;
      if (text.length > MAX_BODY) throw new Error(`the answer is larger than ${MAX_BODY} bytes`);
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new Error('the answer is not JSON');
    }
  }

  /**
   * GET of text as it comes; the first piece is empty and says that the answer is good.
   * @param patience ms that may pass without anything coming
   * @throws ApiError, or Error in plain words without secrets
   */
  async *stream(path: string, signal: AbortSignal, patience = PATIENCE): AsyncGenerator<string> {
    const silence = new AbortController();
    const watch = (): (() => void) =>
      this.#clock.after(patience, () => silence.abort(new Error(`no answer within ${patience / 1_000} s`)));
    let cancel = watch();
    try {
      const { statusCode, body } = await this.#request(path, AbortSignal.any([signal, silence.signal]));
      if (statusCode !== 200) throw new ApiError(statusCode, `status ${statusCode}: ${await firstWords(body)}`);
      const decoder = new TextDecoder();
      yield '';
      for await (const chunk of body) {
        cancel();
        cancel = watch();
        const text = decoder.decode(chunk as Buffer, { stream: true });
        if (text !== '') yield text;
      }
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) throw error;
      throw silence.signal.aborted ? (silence.signal.reason as Error) : plainError(error as Error);
    } finally {
      cancel();
    }
  }

  async close(): Promise<void> {
    await this.#agent?.agent.destroy();
    this.#agent = undefined;
  }

  async #request(path: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const token = (await readFile(this.#server.tokenFile, 'utf8')).trim();
    const url = new URL(this.#server.url + path);
    const agent = await this.#connections();
    return await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/json', 'User-Agent': 'Tocsin' },
      signal,
    });
  }

  async #connections(): Promise<Agent> {
    const { caFile, insecureSkipVerify } = this.#server;
    const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
    if (this.#agent && this.#agent.ca === ca) return this.#agent.agent;
    // Large, and of no use to those who ask nobody.
    const { Agent } = await import('undici');
    const trusted = ca ?? [...getCACertificates('bundled'), ...getCACertificates('system')];
    const agent = new Agent({
      connect: { ca: trusted, rejectUnauthorized: !insecureSkipVerify, timeout: PATIENCE },
      // Silence is measured by the clock that everything else goes by.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    void this.#agent?.agent.close();
    this.#agent = { ca, agent };
    return agent;
  }
}

async function firstWords(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += (chunk as Buffer).toString('utf8');
    if (text.length > 300) break;
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function plainError(error: Error): Error {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  // Node's advice is for those who start it by hand.
  const [words = '', advice] = first.message.split('; if the root CA');
  return new Error(advice === undefined ? words : `${words}: ca_file names the CA to trust`, { cause: error });
}
