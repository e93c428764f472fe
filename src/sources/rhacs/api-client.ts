import { createHttpClient, type HttpClient, type HttpResponse } from '../../http-client/http-client.ts';
import type { Clock } from '../../time/clock.ts';

/** An HTTP API that is asked with a bearer token. */
export interface ApiServer {
  /** No slash at the end. */
  readonly url: string;
  /** Read for each request, so that it can be rotated. */
  readonly tokenFile: string;
  /** undefined: the CAs that the machine trusts. */
  readonly caFile: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** No answer, or one that cannot be used. In plain words, with the keys of the configuration and without secrets. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  /** The answer did not come in time. */
  readonly timeout: boolean;
  /** Of an answer that is not 200. */
  readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { timeout?: boolean; status?: number } = {}) {
    super(message, options);
    this.timeout = options.timeout ?? false;
    this.status = options.status;
  }
}

/** Bounds of one request: ms until its answer begins or goes on, and bytes of the answer. */
export interface ApiLimits {
  readonly patience: number;
  readonly maxBytes: number;
}

const HEADERS = { Accept: 'application/json', 'User-Agent': 'Tocsin' };

/** Asks an HTTP API with a bearer token. Token and CA are read for each request, so that both can be rotated. */
export class ApiClient {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #client: HttpClient;

  /** @param fromEnvironment whether HTTPS_PROXY and its kin apply. */
  constructor({ url, tokenFile, caFile, insecureSkipVerify }: ApiServer, clock: Clock, fromEnvironment: boolean) {
    this.#url = url;
    this.#clock = clock;
    this.#client = createHttpClient(
      {
        authorization: { type: 'Bearer', credentials: { file: tokenFile } },
        tls: { ...(caFile !== undefined && { caFile }), insecureSkipVerify },
        // A redirect leads to a login page, or to who should not see the token.
        followRedirects: false,
        enableHttp2: false,
        proxy: { noProxy: '', fromEnvironment, connectHeader: new Map() },
        headers: new Map(),
      },
      clock,
    );
  }

  /** @returns the answer, whatever its status. @throws ApiError */
  async request(path: string, signal: AbortSignal, { patience, maxBytes }: ApiLimits): Promise<HttpResponse> {
    const timer = new PatienceTimer(this.#clock, patience);
    const request = { method: 'GET', url: this.#url + path, headers: HEADERS, maxBytes } as const;
    try {
      return await this.#client.request(request, AbortSignal.any([signal, timer.signal]));
    } catch (error) {
      throw timer.explain(error as Error);
    } finally {
      timer.stop();
    }
  }

  /** A JSON document. @throws ApiError */
  async json(path: string, signal: AbortSignal, limits: ApiLimits): Promise<unknown> {
    const { status, body, truncated } = await this.request(path, signal, limits);
    if (status !== 200) throw statusError(status, body);
    if (truncated) throw new ApiError(`the answer is larger than ${limits.maxBytes} bytes`);
    try {
      return JSON.parse(body) as unknown;
    } catch {
      throw new ApiError('the answer is not JSON');
    }
  }

  /**
   * Lines as they come; the first one is empty and says that the answer is good.
   * @param limits `maxBytes` of one line (UTF-16 units)
   * @throws ApiError
   */
  async *lines(path: string, signal: AbortSignal, { patience, maxBytes }: ApiLimits): AsyncGenerator<string> {
    const timer = new PatienceTimer(this.#clock, patience);
    const request = { method: 'GET', url: this.#url + path, headers: HEADERS } as const;
    try {
      const { status, body } = await this.#client.stream(request, AbortSignal.any([signal, timer.signal]));
      if (status !== 200) throw statusError(status, await start(body));
      yield '';
      const decoder = new TextDecoder();
      let pieces: string[] = [];
      let length = 0;
      for await (const chunk of body) {
        timer.restart();
        const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
        pieces.push(first);
        length += first.length;
        for (const piece of others) {
          yield pieces.join('');
          pieces = [piece];
          length = piece.length;
        }
        if (length > maxBytes) throw new ApiError(`a line of the answer is larger than ${maxBytes} bytes`);
      }
      if (length > 0) yield pieces.join('');
    } catch (error) {
      throw error instanceof ApiError ? error : timer.explain(error as Error);
    } finally {
      timer.stop();
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

/** Aborts its signal when nothing has come for a while, by the clock that everything else goes by. */
class PatienceTimer {
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #expired = new AbortController();
  #cancel: () => void;

  constructor(clock: Clock, patience: number) {
    this.#clock = clock;
    this.#patience = patience;
    this.#cancel = this.#start();
  }

  get signal(): AbortSignal {
    return this.#expired.signal;
  }

  restart(): void {
    this.#cancel();
    this.#cancel = this.#start();
  }

  stop(): void {
    this.#cancel();
  }

  explain(error: Error): ApiError {
    const timeout = this.#expired.signal.aborted;
    const words = timeout ? `no answer within ${this.#patience / 1_000} s` : plainWords(error);
    return new ApiError(words, { cause: error, timeout });
  }

  #start(): () => void {
    return this.#clock.after(this.#patience, () => this.#expired.abort());
  }
}

function statusError(status: number, body: string): ApiError {
  const words = body.slice(0, 300).replace(/\s+/g, ' ').trim();
  return new ApiError(`status ${status}: ${words}`, { status });
}

async function start(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > 300) break;
  }
  return text;
}

/** The client's words without its form, and with the keys that the configuration has here. */
function plainWords({ message }: Error): string {
  return message
    .replace(/^Get "<redacted>": /, '')
    .replace('tls_config.ca_file', 'ca_file')
    .replace(' (tls_config.server_name says which to expect)', '');
}
