import type { IncomingMessage } from 'node:http';
import { HttpError, RequestAbortedError } from './errors.ts';

/** A body that has not arrived completely. */
interface Arriving {
  size: number;
  drop(error: HttpError): void;
}

/**
 * Reads the bodies of requests. All that have not arrived completely share a budget of bytes: where it is used up, the
 * one that has been arriving for the longest time is dropped. Senders finish within moments, so it is one that stalls.
 */
export class BodyReader {
  readonly #limit: number;
  readonly #budget: number;
  /** In the order in which they began. */
  readonly #arriving = new Set<Arriving>();
  #held = 0;

  /** @param limit bytes of one body @param budget bytes of all of them */
  constructor(limit: number, budget: number) {
    this.#limit = limit;
    this.#budget = budget;
  }

  /**
   * Reads a whole body, counting its bytes whatever Content-Length says. What is not wanted is read and forgotten, so
   * that the client gets to see its answer.
   * @throws HttpError 413, or 503 when it was dropped; RequestAbortedError
   */
  read(request: IncomingMessage): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    let chunks: Buffer[] = [];
    let done = false;
    const finish = (): void => {
      done = true;
      chunks = [];
      if (this.#arriving.delete(body)) this.#held -= body.size;
    };
    const fail = (error: Error): void => {
      if (done) return;
      finish();
      reject(error);
    };
    const body: Arriving = { size: 0, drop: fail };
    this.#arriving.add(body);
    const tooLarge = (): void => fail(new HttpError(413, `request body exceeds ${this.#limit} bytes`, { code: 413 }));

    if (Number(request.headers['content-length']) > this.#limit) tooLarge();
    request.on('data', (chunk: Buffer) => {
      if (done) return;
      body.size += chunk.length;
      this.#held += chunk.length;
      chunks.push(chunk);
      if (body.size > this.#limit) tooLarge();
      else this.#keepWithinBudget();
    });
    request.on('end', () => {
      if (done) return;
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      finish();
      resolve(whole);
    });
    const abort = (): void => {
      if (!request.complete) fail(new RequestAbortedError('the client closed the connection'));
    };
    request.on('error', abort);
    request.on('close', abort);
    return promise;
  }

  #keepWithinBudget(): void {
    while (this.#held > this.#budget) {
      const [oldest] = this.#arriving;
      if (!oldest) return;
      oldest.drop(
        new HttpError(503, 'too many request bodies are arriving at once, try again later', {
          code: 503,
          headers: { 'Retry-After': '5' },
        }),
      );
    }
  }
}
