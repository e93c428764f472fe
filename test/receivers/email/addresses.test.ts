import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseAddresses,
  parseMailboxes,
  splitMailboxes,
  uniqueAddresses,
} from '../../../src/receivers/email/message/addresses.ts';

describe('parseAddresses', () => {
  it.each([
    ['a@x.org', [['', 'a@x.org']]],
    [
      'A B <a@x.org>, b@y.org',
      [
        ['A B', 'a@x.org'],
        ['', 'b@y.org'],
      ],
    ],
    ['"Last, First" <a@x.org>', [['Last, First', 'a@x.org']]],
    [String.raw`"q\"x" <a@x.org>`, [['q"x', 'a@x.org']]],
    ["John O'Neil <a@x.org>", [["John O'Neil", 'a@x.org']]],
    [
      'a@x; b@y',
      [
        ['', 'a@x'],
        ['', 'b@y'],
      ],
    ],
    [
      'a@x,\n b@y,\n',
      [
        ['', 'a@x'],
        ['', 'b@y'],
      ],
    ],
    [
      'team: a@x, B <b@y>;',
      [
        ['', 'a@x'],
        ['B', 'b@y'],
      ],
    ],
    [
      'team : a@x; c@z, "Other team": b@y;',
      [
        ['', 'a@x'],
        ['', 'c@z'],
        ['', 'b@y'],
      ],
    ],
    ['undisclosed-recipients:;', []],
    ['a@x.org (the comment)', [['the comment', 'a@x.org']]],
    ['"a b"@x.org', [['', '"a b"@x.org']]],
    ['"a@evil.com, x"@x.org', [['', '"a@evil.com, x"@x.org']]],
    ['root@localhost', [['', 'root@localhost']]],
    ['a@[127.0.0.1]', [['', 'a@[127.0.0.1]']]],
    ['jörg@exämple.org', [['', 'jörg@xn--exmple-cua.org']]],
    ['', []],
    [' , ,', []],
  ])('reads %j', (list, expected) => {
    expect(parseAddresses(list).map(({ name, address }) => [name, address])).toEqual(expected);
  });

  it.each([
    ['a@x.org b@y.org', '"a@x.org b@y.org" is not an email address: bad text before "@"'],
    ['A <a@x.org> B <b@x.org>', '"A <a@x.org> B <b@x.org>" is not an email address: text after ">"'],
    ['ok@x.org, security', '"security" is not an email address: no "@"'],
    ['foo <>', '"foo <>" is not an email address: no "@"'],
    ['<a@x.org', '"<a@x.org": < without its counterpart'],
    ['"unclosed <a@x.org>', '"\\"unclosed <a@x.org>": " without its counterpart'],
    ['a@b@c', '"a@b@c" is not an email address: bad text before "@"'],
    ['a.@x.org', '"a.@x.org" is not an email address: bad text before "@"'],
    ['a@x..org', '"a@x..org" is not an email address: bad domain'],
    ['a@-x.org', '"a@-x.org" is not an email address: bad domain'],
    ['team: a@x', '"team: a@x" is not an email address: bad text before "@"'],
    ['Bcc: <e@e>', '"Bcc: <e@e>" is not an email address: bad text before "<"'],
    ['x\r\nBcc: e@e;', '"x\\r\\nBcc: e@e" is not an email address: control or invisible characters'],
    ['x\r\nTo: y <e@e>', '"x\\r\\nTo: y <e@e>" is not an email address: bad text before "<"'],
    ['a@x.org\r\nBcc: e@e', '"a@x.org\\r\\nBcc: e@e" is not an email address: control or invisible characters'],
    ['a\u202eb@x.org', '"a\u202eb@x.org" is not an email address: control or invisible characters'],
    [`${'a'.repeat(250)}@x.org`, `"${'a'.repeat(100)}..." is not an email address: longer than 254 bytes`],
  ])('refuses %j', (list, text) => {
    expect(() => parseAddresses(list)).toThrow(new Error(text));
  });

  it('never gives an address that could end a command or a header, whatever it reads', () => {
    const hostile = fc.array(
      fc.constantFrom('a', '@', 'x.org', '<', '>', '"', '\\', ',', ';', ':', '(', ')', '\r\n', ' ', 'ü', '\0'),
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        try {
          for (const { address } of parseAddresses(parts.join(''))) expect(address).not.toMatch(/[\p{Cc}<>]/u);
        } catch (error) {
          expect((error as Error).message).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});

describe('parseMailboxes, for what an alert names', () => {
  it.each([
    'not an address\r\nBcc: evil@example.org',
    'Bcc: evil@example.org',
    'Bcc: evil@example.org;',
    'Bcc:evil@example.org',
    'Bcc: <evil@example.org>',
    'x\nBcc: Evil <evil@example.org>',
    'team: evil@example.org;',
    'undisclosed-recipients:;',
    '"x": evil@example.org;',
    'x: y: evil@example.org;',
    'x\u2028Bcc: evil@example.org',
    'mailto:evil@example.org',
  ])('%j names nobody', (list) => {
    for (const item of splitMailboxes(list)) expect(() => parseMailboxes(item)).toThrow('is not an email address');
  });

  it.each([
    ['A <a@x.org>, "B: c" <b@y.org>', ['a@x.org', 'b@y.org']],
    ['a@x.org\n, b@y.org\n', ['a@x.org', 'b@y.org']],
    ['a@x.org; (a: comment) b@y.org', ['a@x.org', 'b@y.org']],
  ])('%j is as ever', (list, expected) => {
    expect(splitMailboxes(list).flatMap((item) => parseMailboxes(item).map(({ address }) => address))).toEqual(
      expected,
    );
  });
});

describe('uniqueAddresses', () => {
  it('keeps the first of those that differ in case only', () => {
    expect(uniqueAddresses(parseAddresses('A@x.org, a@X.org, b@x.org'))).toEqual(['A@x.org', 'b@x.org']);
  });
});
