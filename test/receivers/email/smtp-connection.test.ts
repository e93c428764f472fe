import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SmtpConnection } from '../../../src/receivers/email/smtp/connection.ts';
import type { SmtpError } from '../../../src/receivers/email/smtp/errors.ts';
import { SmtpLogin } from '../../../src/receivers/email/smtp/login.ts';
import type { SmtpEndpoint } from '../../../src/receivers/email/smtp/smtp-endpoint.ts';
import { certificates } from '../../support/certificates.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { secret } from '../support/email.ts';
import { failure, never, until } from '../support/until.ts';

const PIPELINING = '250-mx\r\n250-SIZE 1000000\r\n250 PIPELINING\r\n';
const MAIL = Buffer.from('Subject: hello\r\n\r\nhello\r\n');

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets.splice(0)) socket.destroy();
});

type Say = (text: string) => void;
type Hear = (line: string, say: Say, socket: Socket) => void;

/** Reads lines, or after `354` a message as one line, and lets `hear` answer each. */
function talk(socket: Socket, hear: Hear, heard: string[]): void {
  let buffer = '';
  let inData = false;
  const say: Say = (text) => {
    inData = text.startsWith('354');
    socket.write(text, 'latin1');
  };
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('latin1');
    for (;;) {
      // The message of nobody begins with the dot that ends it.
      const end = inData ? `\r\n${buffer}`.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 3 : 2));
      const wasData = inData;
      inData = false;
      heard.push(wasData ? `<${line}>` : line);
      hear(wasData ? 'MESSAGE' : line, say, socket);
    }
  });
}

/** A server that answers as `hear` has it, and a client of it. */
async function setUp(hear: Hear, { greeting = '220 mx\r\n', over = {} as Partial<SmtpEndpoint> } = {}) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    talk(socket, hear, heard);
    socket.write(greeting);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: SmtpEndpoint = {
    host: 'localhost',
    port,
    proxyUrl: undefined,
    lmtp: false,
    hello: 'me',
    implicitTls: false,
    requireTls: false,
    tls: { ca: certificates().ca.cert, insecureSkipVerify: false },
    username: '',
    identity: '',
    password: undefined,
    secret: undefined,
    oauth2: undefined,
    ...over,
  };
  const connect = async (signal = never) => {
    const connection = await SmtpConnection.open(endpoint, new SmtpLogin(endpoint, new FakeClock()), signal);
    const send = (to = ['a@example.org', 'b@example.org'], content = MAIL) =>
      connection.send(
        { from: 'me@example.org', to, urgency: { severity: 0, since: 0 }, content: () => content },
        never,
      );
    return { connection, send };
  };
  return { heard, connect };
}

/** As a kind server answers. */
function kindly(line: string, say: Say): void {
  if (line.startsWith('EHLO')) say(PIPELINING);
  else if (line === 'DATA') say('354 go on\r\n');
  else say('250 ok\r\n');
}

const detailsOf = ({ message, step, details }: SmtpError) => [message, step, details.code, details.unanswered ?? false];

it('a server that goes on waiting for commands after DATA does not get an email’s lines as such', async () => {
  const { heard, connect } = await setUp((line, say) =>
    line === 'DATA' ? say('250 and what now?\r\n') : kindly(line, say),
  );
  const { send } = await connect();
  expect(detailsOf((await failure(send())) as SmtpError)).toEqual([
    'send DATA command: 250 and what now?',
    'send DATA command',
    250,
    false,
  ]);
  expect(heard.at(-1)).toBe('DATA');
});

it('a reply to the login keeps its code, whatever the password is', async () => {
  const { heard, connect } = await setUp(
    (line, say) => {
      if (line.startsWith('EHLO')) say('250-mx\r\n250 AUTH PLAIN\r\n');
      else if (line.startsWith('AUTH')) say('235 2.7.0 ok\r\n');
      else kindly(line, say);
    },
    { over: { username: 'me', password: secret('35') } },
  );
  const { connection } = await connect();
  expect(connection.usable).toBe(true);
  expect(heard).toHaveLength(2);
});

describe('with PIPELINING', () => {
  it('the envelope does not wait for replies', async () => {
    const { heard, connect } = await setUp((line, say) => {
      if (!/^(MAIL|RCPT|DATA)/.test(line)) kindly(line, say);
      if (line !== 'DATA') return;
      say('250 ok\r\n250 ok\r\n550 no such user\r\n');
      say('354 go on\r\n');
    });
    const { send } = await connect();
    expect(await send()).toEqual({
      response: '250 ok',
      accepted: ['a@example.org'],
      refused: [{ address: 'b@example.org', reply: '550 no such user', permanent: true }],
    });
    expect(heard.slice(1)).toEqual([
      `MAIL FROM:<me@example.org> SIZE=${MAIL.length}`,
      'RCPT TO:<a@example.org>',
      'RCPT TO:<b@example.org>',
      'DATA',
      `<${MAIL}>`,
    ]);
  });

  it('nobody gets a message that a server wants for nobody, and the connection goes on', async () => {
    let refusing = true;
    const { heard, connect } = await setUp((line, say) =>
      refusing && line.startsWith('RCPT') ? say('451 later\r\n') : kindly(line, say),
    );
    const { send } = await connect();
    expect(await send(['a@example.org'])).toEqual({
      response: '',
      accepted: [],
      refused: [{ address: 'a@example.org', reply: '451 later', permanent: false }],
    });
    expect(heard.slice(-2)).toEqual(['DATA', '<>']);
    refusing = false;
    expect((await send()).accepted).toHaveLength(2);
  });

  it('a server that wants a message without a sender is left', async () => {
    const { connect } = await setUp((line, say) =>
      line.startsWith('MAIL') ? say('550 not you\r\n') : kindly(line, say),
    );
    const { connection, send } = await connect();
    const error = await failure<SmtpError>(send());
    expect(detailsOf(error)).toEqual(['send MAIL command: 550 not you', 'send MAIL command', 550, false]);
    expect(connection.usable).toBe(false);
  });

  it.each([
    ['MAIL', '550 not you', 'send MAIL command: 550 not you', 550],
    ['MAIL', '421 not now', 'send MAIL command: 421 not now', 421],
    ['RCPT', '421 not now', 'send DATA command: 421 not now', 421],
    ['RCPT', '550 not them', 'send DATA command: Connection closed unexpectedly', undefined],
    ['DATA', '421 not now', 'send DATA command: 421 not now', 421],
  ])('a connection cut after %s got %j ends as it says', async (verb, reply, message, code) => {
    const { connect } = await setUp((line, say, socket) => {
      if (!line.startsWith(verb)) kindly(line, say);
      else if (!socket.writableEnded) socket.end(`${reply}\r\n`);
    });
    const { send } = await connect();
    const error = await failure<SmtpError>(send());
    expect([error.message, error.details.code, error.details.unanswered]).toEqual([message, code, false]);
  });
});

it('without PIPELINING each command waits for its reply, and DATA for a recipient', async () => {
  const { heard, connect } = await setUp((line, say) => {
    if (line.startsWith('EHLO')) say('250 mx\r\n');
    else if (line.startsWith('RCPT')) say('550 no\r\n');
    else kindly(line, say);
  });
  const { send } = await connect();
  expect((await send()).refused).toHaveLength(2);
  expect(heard.slice(1)).toEqual(['MAIL FROM:<me@example.org>', 'RCPT TO:<a@example.org>', 'RCPT TO:<b@example.org>']);
});

describe('replies', () => {
  it('can come byte by byte', async () => {
    const answer = (text: string, socket: Socket): void => {
      const bytes = Buffer.from(text);
      const next = (i: number): void => {
        if (i < bytes.length) socket.write(bytes.subarray(i, i + 1), () => setImmediate(next, i + 1));
      };
      next(0);
    };
    const { heard, connect } = await setUp((line, say, socket) => {
      if (line === 'DATA') kindly(line, say);
      else if (line === 'MESSAGE') answer('250-2.0.0 Grüße\r\n250 2.0.0 von hier\r\n', socket);
      else if (line.startsWith('EHLO')) answer('250-mx\r\n250 SIZE 100\r\n', socket);
      else answer('250 ok\r\n', socket);
    });
    const { send } = await connect();
    expect((await send()).response).toBe('250 2.0.0 Grüße 2.0.0 von hier');
    expect(heard[1]).toBe(`MAIL FROM:<me@example.org> SIZE=${MAIL.length}`);
  });

  it('that are not UTF-8 are shown byte for byte, empty lines passed over', async () => {
    const { connect } = await setUp((_line, say) => say('\r\n\r\n554 n\xe9\n'));
    expect((await failure(connect())).message).toBe('send EHLO command: 554 né');
  });

  it.each([
    ['continuation lines', '250-more\r\n'],
    ['a line', 'more'],
  ])('that never end are cut off: %s', async (_name, text) => {
    const { connect } = await setUp((_line, _say, socket) => {
      const flood = (): void => {
        while (socket.writable && socket.write(text.repeat(1_000)));
        if (socket.writable) socket.once('drain', flood);
      };
      flood();
    });
    const { message } = await failure(connect());
    expect(message).toBe('send EHLO command: Server response exceeds maximum allowed size');
    await until(() => sockets.every(({ closed }) => closed));
  });

  it('that are a megabyte together are cut off, though each is short enough', async () => {
    const { connect } = await setUp((line, say) =>
      line.startsWith('RCPT') ? say(`550-${'x'.repeat(60_000)}\r\n550 no\r\n`) : kindly(line, say),
    );
    const { send } = await connect();
    const to = Array.from({ length: 40 }, (_, i) => `r${i}@example.org`);
    expect((await failure(send(to))).message).toBe('send DATA command: Server responses exceed maximum allowed size');
  });

  it.each(['250 extra\r\n', '554 extra\r\n', '250 ext'])(
    'that nobody asked for (%j) are taken for nothing else: the connection is done',
    async (extra) => {
      const { heard, connect } = await setUp((line, say) =>
        line === 'MESSAGE' ? say(`250 ok\r\n${extra}`) : kindly(line, say),
      );
      const { send } = await connect();
      expect((await send()).response).toBe('250 ok');
      const count = heard.length;
      const error = await failure<SmtpError>(send());
      expect(detailsOf(error)).toEqual([
        `send DATA command: Unexpected Response: ${extra.trim()}`,
        'send DATA command',
        undefined,
        false,
      ]);
      expect(error.stale).toBe(true);
      expect(heard).toHaveLength(count);
    },
  );

  it('that come while nothing is asked end the connection', async () => {
    const { connect } = await setUp((line, say, socket) => {
      kindly(line, say);
      setTimeout(() => socket.write('250 hello?\r\n'), 5);
    });
    const { connection } = await connect();
    let closed = false;
    connection.onClose(() => {
      closed = true;
    });
    await until(() => closed);
    expect(connection.usable).toBe(false);
    connection.onClose(() => {
      closed = false;
    });
    expect(closed).toBe(false);
  });
});

describe('once the message flows', () => {
  it.each([
    ['is cut', '', 'Connection closed unexpectedly', undefined, true],
    ['says half of a refusal', '451 Not n', '451 Not n', 451, false],
    ['says half of a yes', '250 o', 'Connection closed unexpectedly', undefined, true],
    ['says nonsense', 'hello\r\n', 'hello', undefined, true],
    ['goes away', '421 4.3.2 bye\r\n', '421 4.3.2 bye', 421, false],
  ])('a connection that %s may have delivered it, or says that it has not', async (_name, text, words, code, open) => {
    const { connect } = await setUp((line, say, socket) => (line === 'MESSAGE' ? socket.end(text) : kindly(line, say)));
    const { send } = await connect();
    const error = await failure<SmtpError>(send());
    expect(detailsOf(error)).toEqual([`delivery failure: ${words}`, 'delivery failure', code, open]);
  });

  it.each([
    ['421 4.3.2 bye', '421 4.3.2 bye', 421],
    ['250 ok', 'Unexpected Response: 250 ok', undefined],
  ])('is not yet: %j comes together with 354', async (extra, words, code) => {
    const { heard, connect } = await setUp((line, say) =>
      line === 'DATA' ? say(`354 go on\r\n${extra}\r\n`) : kindly(line, say),
    );
    const { send } = await connect();
    const error = await failure<SmtpError>(send());
    expect(detailsOf(error)).toEqual([`send DATA command: ${words}`, 'send DATA command', code, false]);
    expect(heard.at(-1)).toBe('DATA');
  });
});

describe('STARTTLS', () => {
  const injecting = (injected: string) =>
    setUp(
      (line, say, socket) => {
        if (line !== 'STARTTLS') {
          say('250-mx\r\n250 STARTTLS\r\n');
          return;
        }
        const { cert, key } = certificates().good;
        socket.removeAllListeners('data');
        socket.write(`220 go on\r\n${injected}`);
        const secureContext = createSecureContext({ cert, key });
        talk(new TLSSocket(socket, { isServer: true, secureContext }), (_line, reply) => reply(PIPELINING), []);
      },
      { over: { requireTls: true, username: 'me', password: secret('x') } },
    );

  it.each(['250-mx\r\n250 AUTH PLAIN\r\n', '421 4.'])(
    'forgets what was added to its reply in clear: %j',
    async (injected) => {
      const { heard, connect } = await injecting(injected);
      const { connection } = await connect();
      // AUTH, which was added, is not taken for an offer.
      expect(connection.usable).toBe(true);
      expect(heard).toEqual(['EHLO me', 'STARTTLS']);
    },
  );

  it('does not go on where the reply was made endless in clear', async () => {
    const { heard, connect } = await injecting('250-AUTH PLAIN\r\n250-');
    const abort = new AbortController();
    const connecting = failure(connect(abort.signal));
    await until(() => heard.length === 2);
    abort.abort(new Error('no answer'));
    expect((await connecting).message).toBe('send STARTTLS command: no answer');
    expect(heard).toEqual(['EHLO me', 'STARTTLS']);
  });
});

it('LMTP has a reply for each recipient after the message', async () => {
  const { heard, connect } = await setUp(
    (line, say) => {
      if (line.startsWith('LHLO')) say(PIPELINING);
      else if (line === 'MESSAGE') say('250 a has it\r\n452 b is full\r\n');
      else kindly(line, say);
    },
    { over: { lmtp: true } },
  );
  const { connection, send } = await connect();
  expect(await send()).toEqual({
    response: '452 b is full',
    accepted: ['a@example.org'],
    refused: [{ address: 'b@example.org', reply: '452 b is full', permanent: false }],
  });
  expect(heard[0]).toBe('LHLO me');
  expect(connection.usable).toBe(true);
  expect((await send(['a@example.org'])).accepted).toEqual(['a@example.org']);
});

it('a command cannot be two', async () => {
  const { heard, connect } = await setUp(kindly, { over: { hello: 'me\r\nNOOP' } });
  const { connection } = await connect();
  const send = (from: string, to: string) =>
    connection.send({ from, to: [to], urgency: { severity: 0, since: 0 }, content: () => MAIL }, never);
  await expect(send('a\r\nNOOP@example.org', 'b@example.org')).rejects.toThrow('cannot be part of a command');
  expect((await send('a@example.org', 'b>\r\nNOOP')).refused[0]?.reply).toBe(
    '"b>\\r\\nNOOP" cannot be part of a command',
  );
  expect(heard).toEqual(['EHLO meNOOP']);
});

describe('a message after DATA', () => {
  it.each([
    ['a', 'a\r\n'],
    ['a\r\n', 'a\r\n'],
    ['.', '..\r\n'],
    ['.a\r\n.\r\n..\r\nb.\r\n', '..a\r\n..\r\n...\r\nb.\r\n'],
    ['\r\n.\r\n.\r\n', '\r\n..\r\n..\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n'],
    ['a\r.\rb', 'a\r\n..\r\nb\r\n'],
    ['a\r\r\n.\n\rb', 'a\r\n\r\n..\r\n\r\nb\r\n'],
    ['a\r', 'a\r\n'],
    ['\n', '\r\n'],
    ['\xfc.\x80\0', '\xfc.\x80\0\r\n'],
  ])('%j goes as %j', async (text, expected) => {
    const { heard, connect } = await setUp(kindly);
    const { send } = await connect();
    await send(undefined, Buffer.from(text, 'latin1'));
    expect(heard.at(-1)).toBe(`<${expected}>`);
  });

  it('ends where it is meant to, has no other line ends than CRLF, and is what it was', async () => {
    const { heard, connect } = await setUp(kindly);
    const { send } = await connect();
    const pieces = fc.array(fc.constantFrom('\r', '\n', '\r\n', '.', 'a', '\r\n.\r\n', '\n.\n', '\r.\r', '\xe9'), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const text = parts.join('');
        const before = heard.length;
        await send(undefined, Buffer.from(text, 'latin1'));
        // MAIL, two of RCPT, DATA, and one message: nothing of it was taken for a command.
        expect(heard).toHaveLength(before + 5);
        const sent = (heard.at(-1) as string).slice(1, -1);
        expect(sent.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        const lines = sent.split('\r\n');
        const received = lines.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\r\n');
        const meant = text.replace(/\r\n?|\n/g, '\r\n');
        expect(received).toBe(meant.endsWith('\r\n') ? meant : `${meant}\r\n`);
      }),
    );
  });
});
