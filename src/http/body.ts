import type { IncomingMessage } from 'node:http';

/** The body is longer than allowed: 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';

  constructor(limit: number) {
    super(`request body exceeds ${limit} bytes`);
  }
}

/** The client left before it had sent everything: there is nobody to answer. */
export class RequestAbortedError extends Error {
  override readonly name = 'RequestAbortedError';
}

/**
 * Reads a whole body, counting its bytes whatever Content-Length says. What is too long is read and forgotten, so that
 * the client gets to see its answer.
 * @throws BodyTooLargeError, RequestAbortedError
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      chunks = [];
      reject(new BodyTooLargeError(limit));
    };
    if (Number(request.headers['content-length']) > limit) refuse();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) refuse();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const abort = (): void => {
      if (!request.complete) reject(new RequestAbortedError('the client closed the connection'));
    };
    request.on('error', abort);
    request.on('close', abort);
  });
}
