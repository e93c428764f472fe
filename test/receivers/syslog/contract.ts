import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { ReceiverContract } from '../contract.ts';

/** A syslog server over TCP that counts octets (RFC 6587). */
export const contract: ReceiverContract = {
  failures: [{ name: 'a connection that is reset', failure: 'reset', retryable: true, reason: 'other' }],
  start: async () => {
    const received: Buffer[] = [];
    const sockets = new Set<Socket>();
    let mode: unknown;
    let attempts = 0;
    const server: Server = createServer((socket) => {
      attempts++;
      sockets.add(socket);
      socket.on('error', () => {});
      if (mode === 'reset') socket.resetAndDestroy();
      else if (mode === 'hang') socket.pause();
      else socket.on('data', (chunk: Buffer) => received.push(chunk));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return {
      entry: { address: `tcp://127.0.0.1:${port}`, format: 'json', max_message_size: 0 },
      secrets: [],
      get attempts() {
        return attempts;
      },
      shown: async () => messagesIn(Buffer.concat(received)).map((message) => textsIn(message)),
      fail: (failure) => {
        mode = failure;
      },
      hang: () => {
        mode = 'hang';
      },
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

/** The messages of a stream, each after its length. */
export function messagesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at);
    const end = space + 1 + Number(bytes.toString('latin1', at, space));
    messages.push(bytes.toString('utf8', space + 1, end));
    at = end;
  }
  return messages;
}

/** What a reader sees of a message whose content is JSON. */
function textsIn(message: string): string {
  const texts: string[] = [];
  JSON.parse(message.slice(message.indexOf('{')), (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}
