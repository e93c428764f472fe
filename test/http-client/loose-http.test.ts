import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/http-client/http-client.ts';
import { HttpClientError } from '../../src/http-client/http-client-error.ts';
import { httpConfig } from '../receivers/support/http.ts';
import { failure, never, until } from '../receivers/support/until.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A server that answers every request with these bytes, and then does what `then` says. */
async function answering(bytes: string | string[], then: 'close' | 'reset' | 'keep' = 'close', bodyTime?: number) {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.on('data', async (data) => {
      requests += data.toString('latin1').split('POST / HTTP/1.1').length - 1;
      for (const part of [bytes].flat()) {
        socket.write(Buffer.from(part, 'latin1'));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (then === 'close') socket.end();
      if (then === 'reset') socket.resetAndDestroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttpClient(httpConfig(), new FakeClock(), bodyTime);
  open.push({ close: () => void server.close(() => {}) }, client, {
    close: () => {
      for (const one of sockets) one.destroy();
    },
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    post: (signal = never) => client.request({ method: 'POST', url, headers: {}, body: '{"a":1}' }, signal),
    counts: () => ({ requests, connections }),
  };
}

const OK = 'HTTP/1.1 200 OK\r\n';
describe('a response is one, however loose its HTTP is', () => {
  it.each<[string, string | string[], ('close' | 'reset' | 'keep')?]>([
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['bare carriage returns', 'HTTP/1.1 200 OK\rContent-Length: 2\r\rok'],
    [
      'Content-Length and Transfer-Encoding',
      `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ],
    [
      'Transfer-Encoding and Content-Length',
      `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    ],
    ['two Content-Lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`],
    ['a list as Content-Length', `${OK}Content-Length: 2, 2\r\n\r\nok`],
    ['a Content-Length that is no number', `${OK}Content-Length: two\r\n\r\nok`],
    ['a negative Content-Length', `${OK}Content-Length: -1\r\n\r\nok`],
    ['a Content-Length of 30 digits', `${OK}Content-Length: ${'9'.repeat(30)}\r\n\r\nok`],
    ['an empty Content-Length', `${OK}Content-Length:\r\n\r\nok`],
    ['Transfer-Encoding: identity', `${OK}Transfer-Encoding: identity\r\n\r\nok`],
    ['an unknown Transfer-Encoding', `${OK}Transfer-Encoding: gzip, nonsense\r\n\r\nok`],
    ['chunked, twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['a chunk size that is none', `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n`],
    ['a chunk with blanks and an extension', `${OK}Transfer-Encoding: chunked\r\n\r\n2  ;x=y\r\nok\r\n0\r\n\r\n`],
    ['chunks without their last', `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n`],
    ['chunked without chunks', `${OK}Transfer-Encoding: chunked\r\n\r\nok`],
    ['a space before a colon', `${OK}Content-Length : 2\r\n\r\nok`],
    ['a header without a colon', `${OK}Nonsense\r\nContent-Length: 2\r\n\r\nok`],
    ['a header without a name', `${OK}: x\r\nContent-Length: 2\r\n\r\nok`],
    ['a header name with blanks', `${OK}X Y Z: x\r\nContent-Length: 2\r\n\r\nok`],
    ['a header name that is not ASCII', `${OK}X-\xe4\xf6: x\r\nContent-Length: 2\r\n\r\nok`],
    ['a folded header', `${OK}X-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok`],
    ['a folded first header', `${OK} two\r\nContent-Length: 2\r\n\r\nok`],
    ['NUL in a header', `${OK}X-A: a\0b\r\nContent-Length: 2\r\n\r\nok`],
    ['control characters in a header', `${OK}X-A: a\x01\x1b[0m\x7fb\r\nContent-Length: 2\r\n\r\nok`],
    ['a head of 200 kB', `${OK}X-A: ${'a'.repeat(200_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['a head of a megabyte', `${OK}X-A: ${'a'.repeat(1_000_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ['10,000 headers', `${OK}${'X-A: a\r\n'.repeat(10_000)}Content-Length: 2\r\n\r\nok`],
    ['a body that is shorter than said', `${OK}Content-Length: 50\r\n\r\nok`],
    ['a body that is shorter than said, and a reset', `${OK}Content-Length: 50\r\n\r\nok`, 'reset'],
    ['a body that is longer than said', `${OK}Content-Length: 2\r\n\r\nok and more`],
    ['garbage after the body', `${OK}Content-Length: 2\r\n\r\nok\0\xff\r\nHTTP`, 'keep'],
    ['another response after the body', `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n`],
    ['no body, no length', `${OK}\r\n`],
    ['a status line only', OK],
    ['a status line only, and a reset', OK, 'reset'],
    ['half a head', `${OK}Content-Le`],
    ['a head and a reset', `${OK}Content-Length: 2\r\n\r\n`, 'reset'],
    ['100 Continue before it', `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`],
    [
      '102 and 103 before it',
      `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
    ],
    ['loose informational responses before it', `HTTP/1.1 100 Continue\nX Y : z\n\n${OK}Bad\r\n\r\nok`],
    ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'],
    ['a blank for a reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok'],
    ['an odd reason phrase', 'HTTP/1.1 200 \xff\x01 \xe4 ok: {}\r\nContent-Length: 2\r\n\r\nok'],
    ['two blanks in the status line', 'HTTP/1.1  200  OK\r\nContent-Length: 2\r\n\r\nok'],
    ['a tab in the status line', 'HTTP/1.1\t200\tOK\r\nContent-Length: 2\r\n\r\nok'],
    ['empty lines before the status line', '\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nok'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/2 without it being', 'HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/9.9', 'HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['lower case', 'http/1.1 200 ok\r\ncontent-length: 2\r\n\r\nok'],
    ['it in many small parts', [...'HTTP/1.1 200 OK\r\nBad header\r\n\r\nok'], 'reset'],
    ['201', 'HTTP/1.1 201 Created\nBad\n\n'],
    ['204 with a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok'],
    ['205 with a body', 'HTTP/1.1 205 Reset\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['299', 'HTTP/1.1 299 Whatever\r\nContent-Length: two\r\n\r\n'],
    ['a gzip that is none', `${OK}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok`],
    ['Connection: close on a connection that stays', `${OK}Connection: close\r\nContent-Length: 2\r\n\r\nok`, 'keep'],
    ['Connection: nonsense', `${OK}Connection: , ,x\r\nContent-Length: 2\r\n\r\nok`, 'keep'],
    ['Upgrade', `${OK}Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok`, 'keep'],
  ])('%s', async (_name, bytes, then) => {
    const { post, counts } = await answering(bytes, then);
    const { status } = await post();
    expect([Math.floor(status / 100), counts()]).toEqual([2, { requests: 1, connections: 1 }]);
  });

  it.each([
    ['a server error', 'HTTP/1.1 503 No\nBad header\n\n', 503],
    ['a client error', 'HTTP/1.1 400 No\r\nContent-Length: x\r\n\r\n', 400],
  ])('%s as well', async (_name, bytes, status) => {
    expect((await (await answering(bytes)).post()).status).toBe(status);
  });

  it.each([
    ['nothing', ''],
    ['another protocol', '220 mail.example.org ESMTP\r\n'],
    ['HTTP/0.9', '<html>ok</html>'],
    ['half a status line', 'HTTP/1.1 20'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['an informational response only', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('%s is none', async (_name, bytes) => {
    const { post, counts } = await answering(bytes);
    expect(await failure(post())).toBeInstanceOf(HttpClientError);
    expect(counts().requests).toBe(1);
  });

  it('a body that does not end is not waited for', async () => {
    const { post } = await answering(`${OK}Content-Length: 50\r\n\r\nok`, 'keep', 100);
    expect(await post()).toMatchObject({ status: 200, body: 'ok', truncated: true });
  });

  it('an attempt that ends while its body comes has its status', async () => {
    const { post, counts } = await answering(`${OK}Content-Length: 50\r\n\r\nok`, 'keep');
    const abort = new AbortController();
    const response = post(abort.signal);
    await until(() => counts().requests > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    abort.abort(new DOMException('too slow', 'TimeoutError'));
    expect(await response).toMatchObject({ status: 200, truncated: true });
  });
});

describe('a kept connection', () => {
  it('is used again', async () => {
    const { post, counts } = await answering(`${OK}Content-Length: 2\r\n\r\nok`, 'keep');
    await post();
    await post();
    expect(counts()).toEqual({ requests: 2, connections: 1 });
  });

  it('that the server has closed meanwhile costs nothing', async () => {
    let close = (): void => {};
    let requests = 0;
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', () => {
          requests++;
          if (requests === 2) socket.resetAndDestroy();
          else socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
        });
      close = () => void socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createHttpClient(httpConfig(), new FakeClock());
    open.push({ close: () => void server.close() }, client, { close: () => close() });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (let i = 0; i < 2; i++) {
      expect((await client.request({ method: 'POST', url, headers: {}, body: 'x' }, never)).status).toBe(200);
    }
    expect(requests).toBe(3);
  });

  it('is not used again after garbage on it', async () => {
    const { post, counts } = await answering(`${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 Forged\r\n\r\n`, 'keep');
    await post();
    await settle();
    await post();
    expect(counts()).toEqual({ requests: 2, connections: 2 });
  });
});
