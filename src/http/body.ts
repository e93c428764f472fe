import type { IncomingMessage } from 'node:http';
import { HttpError, RequestAbortedError } from './errors.ts';

/**
 * Reads a whole body, counting its bytes whatever Content-Length says. What is too long is read and forgotten, so that
 * the client gets to see its answer.
 * @param limit bytes
 * @throws HttpError 413, RequestAbortedError
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      chunks = [];
      reject(new HttpError(413, `request body exceeds ${limit} bytes`, { code: 413 }));
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
