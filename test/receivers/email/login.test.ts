import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { EmailConfig } from '../../../src/receivers/email/config.ts';
import { createEmailReceiver } from '../../../src/receivers/email/email.ts';
import { type DeliveryError, PermanentError, RetryableError } from '../../../src/receivers/receiver.ts';
import { testContext } from '../support/context.ts';
import { emailConfig, secret } from '../support/email.ts';
import { expectNoSecrets } from '../support/no-secrets.ts';
import { notificationOf } from '../support/notification.ts';
import { failure, never } from '../support/until.ts';

const NAME = 'relay';
const PASSWORD = 'p4ss of the rélay';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const PLAIN = base64(`\0${NAME}\0${PASSWORD}`);

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** What a server says to the lines of a login; undefined: not a line of a login. */
type Login = (line: string, heard: readonly string[]) => string | undefined;

/** Answers lines; of a message, only its end counts. */
function serve(socket: Socket, answer: (line: string) => string, heard: string[]): void {
  let buffer = '';
  let inData = false;
  socket.write('220 mx\r\n');
  socket.on('data', (chunk) => {
    buffer += chunk.toString('latin1');
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (inData && line !== '.') continue;
      heard.push(line);
      const reply = answer(line);
      inData = reply.startsWith('354');
      socket.write(`${reply}\r\n`);
    }
  });
}

/** A server with this AUTH line that takes everything else. */
async function setUp(offer: string, login: Login, over: Partial<EmailConfig> = {}) {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const answer = (line: string): string => {
    if (line.startsWith('EHLO')) return `250-mx\r\n250 ${offer}`;
    return login(line, heard) ?? (line === 'DATA' ? '354 go on' : '250 ok');
  };
  const server: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    serve(socket, answer, heard);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = { authUsername: NAME, authPassword: secret(PASSWORD), ...over };
  const receiver = createEmailReceiver(emailConfig({ host: 'localhost', port }, config), await testContext());
  open.push({ close: () => sockets.map((socket) => socket.destroy()) }, server, receiver);
  const send = () => receiver.send(notificationOf(), never);
  const auth = () =>
    heard.slice(
      1,
      heard.findIndex((line) => line.startsWith('MAIL')),
    );
  return { heard, send, auth };
}

describe('LOGIN', () => {
  it.each([
    ['usual ones', 'VXNlcm5hbWU6', 'UGFzc3dvcmQ6'],
    ['others', base64('Benutzername'), base64('Kennwort')],
    ['the wrong ones', base64('Password:'), base64('Username:')],
    ['no base64', 'Username:', 'Password:'],
    ['nothing', '', ''],
  ])('answers name, then password, where the prompts are %s', async (_name, first, second) => {
    const prompts = [`334 ${first}`, `334 ${second}`, '235 ok'];
    const { send, auth } = await setUp('AUTH LOGIN', (line) =>
      /^(?:EHLO|MAIL|RCPT|DATA|\.|QUIT)/.test(line) ? undefined : prompts.shift(),
    );
    await send();
    expect(auth()).toEqual(['AUTH LOGIN', base64(NAME), base64(PASSWORD)]);
  });

  it('takes prompts of three digits only', async () => {
    const prompts = ['334', '334', '235 ok'];
    const { send, auth } = await setUp('AUTH LOGIN', (line) =>
      /^(?:EHLO|MAIL|RCPT|DATA|\.|QUIT)/.test(line) ? undefined : prompts.shift(),
    );
    await send();
    expect(auth()).toHaveLength(3);
  });
});

describe('mechanisms', () => {
  it.each([
    ['AUTH=PLAIN LOGIN', 'AUTH PLAIN'],
    ['AUTH = LOGIN', 'AUTH LOGIN'],
    ['auth plain', 'AUTH PLAIN'],
  ])('are read from %j', async (offer, expected) => {
    const { send, auth } = await setUp(offer, (line, heard) => {
      if (line === 'AUTH LOGIN' || heard.at(-2) === 'AUTH LOGIN') return '334 VXNlcm5hbWU6';
      return line.startsWith('AUTH') || heard.at(-3) === 'AUTH LOGIN' ? '235 ok' : undefined;
    });
    await send();
    expect(auth()[0]?.startsWith(expected)).toBe(true);
  });

  it.each([
    '535 5.7.8 Authentication failed',
    '504 5.5.4 Unrecognized authentication type',
    '454 4.7.0 Temporary failure',
    '500 what?',
  ])('that fail (%s) are followed by the next', async (reply) => {
    const { send, auth } = await setUp('AUTH PLAIN LOGIN', (line, heard) => {
      if (line.startsWith('AUTH PLAIN')) return reply;
      if (line === 'AUTH LOGIN' || heard.at(-2) === 'AUTH LOGIN') return '334 VXNlcm5hbWU6';
      return heard.at(-3) === 'AUTH LOGIN' ? '235 ok' : undefined;
    });
    await send();
    expect(auth()[1]).toBe('AUTH LOGIN');
  });

  it('that a server offers a thousand times are tried once, and those without a proper name never', async () => {
    const { send, heard } = await setUp(`AUTH ${'PLAIN '.repeat(1_000)}X\x1b[31m ${'Y'.repeat(50)}`, (line) =>
      line.startsWith('AUTH') ? '535 5.7.8 no' : undefined,
    );
    expect((await failure(send())).message).toBe('PLAIN auth: 535 5.7.8 no');
    expect(heard.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
  });

  it('that all fail are named with what the server says to each, once', async () => {
    const { send } = await setUp('AUTH PLAIN LOGIN', (line) => {
      if (line.startsWith('AUTH PLAIN')) return `535 5.7.8 no, ${PASSWORD} is not it`;
      return line === 'AUTH LOGIN' ? '534 5.7.9 Please use another mechanism' : undefined;
    });
    const error = await failure<DeliveryError>(send());
    expect(error).toBeInstanceOf(PermanentError);
    expect([error.message, error.reason]).toEqual([
      'PLAIN auth: 535 5.7.8 no, <secret> is not it; LOGIN auth: 534 5.7.9 Please use another mechanism',
      'authError',
    ]);
    expectNoSecrets(error, [PASSWORD]);
  });

  it('of which one fails for now are worth another attempt', async () => {
    const { send } = await setUp('AUTH PLAIN LOGIN', (line) => {
      if (line.startsWith('AUTH PLAIN')) return '535 5.7.8 no';
      return line === 'AUTH LOGIN' ? '454 4.7.0 later' : undefined;
    });
    expect(await failure(send())).toBeInstanceOf(RetryableError);
  });
});

describe('a server that takes no initial response', () => {
  it.each([
    ['334 ', '334 '],
    ['334', '334'],
    ['501 5.5.4 Syntax: AUTH mechanism', '334 '],
  ])('and says %j gets it after the prompt', async (first, prompt) => {
    const { send, auth } = await setUp('AUTH PLAIN', (line) => {
      if (line === `AUTH PLAIN ${PLAIN}`) return first;
      if (line === 'AUTH PLAIN') return prompt;
      return line === PLAIN ? '235 ok' : undefined;
    });
    await send();
    expect(auth().at(-1)).toBe(PLAIN);
  });
});

describe('secrets', () => {
  it('that a server repeats when it accepts an email are in no report', async () => {
    const { send } = await setUp('AUTH PLAIN', (line) => {
      if (line.startsWith('AUTH')) return '235 ok';
      return line === '.' ? `250 taken, ${PASSWORD}` : undefined;
    });
    expect(await send()).toMatchObject({ response: '250 taken, <secret>' });
  });

  const echoes = [
    PASSWORD,
    base64(PASSWORD),
    base64(PASSWORD).replace(/=+$/, ''),
    PLAIN,
    encodeURIComponent(PASSWORD),
    `${'x'.repeat(485)}${PASSWORD}`,
    `multi\r\n535 ${PASSWORD}`,
  ];
  it.each(echoes)('that a server repeats are in no error: %#', async (echo) => {
    const { send } = await setUp('AUTH PLAIN', (line) => {
      if (!line.startsWith('AUTH')) return undefined;
      return echo.startsWith('multi') ? `535-${echo}` : `535 ${echo}`;
    });
    const { message } = await failure(send());
    expect(message).toContain('<secret>');
    expect(message).not.toMatch(/p4ss|cDRzc|rélay/);
  });

  it.each(['MAIL', 'RCPT', 'DATA'])('that a server repeats at %s are in no error either', async (verb) => {
    const { send } = await setUp('AUTH PLAIN', (line) => {
      if (line.startsWith('AUTH')) return '235 ok';
      return line.startsWith(verb) ? `550 no ${PASSWORD} ${PLAIN}` : undefined;
    });
    const error = await failure(send());
    expect(error.message).toContain('550 no <secret> <secret>');
    expectNoSecrets(error, [PASSWORD, PLAIN]);
  });
});
