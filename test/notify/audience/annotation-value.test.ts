import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readValue } from '../../../src/notify/audience/annotation-value.ts';
import { emailTarget } from '../../../src/receivers/email/target.ts';

const rules = {
  kind: emailTarget,
  allowed: ['example.org'],
  team: (name: string) => (name === 'payments' ? emailTarget.parse('pay@example.org') : undefined),
};

/** `name <address>` of each recipient, then what is wrong, then whether the default is told too. */
function read(value: string): [string[], string[], boolean] {
  const { targets, problems, lacking } = readValue(value, rules);
  return [targets.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)), [...problems], lacking];
}

describe('a value that names recipients', () => {
  test.each<[string, string[]]>([
    ['dev@example.org', ['dev@example.org']],
    [' dev@example.org ', ['dev@example.org']],
    ['a@example.org, b@example.org;c@example.org,', ['a@example.org', 'b@example.org', 'c@example.org']],
    [
      'Dev Team <dev@example.org>, "Doe, Jo" <jo@example.org>',
      ['Dev Team <dev@example.org>', 'Doe, Jo <jo@example.org>'],
    ],
    ['dev@example.org (the team)', ['the team <dev@example.org>']],
    ['payments', ['pay@example.org']],
    ['payments, dev@example.org', ['pay@example.org', 'dev@example.org']],
  ])('%j', (value, recipients) => {
    expect(read(value)).toEqual([recipients, [], false]);
  });

  test.each<[string, string[]]>([
    ['', ['it is empty']],
    [' \t', ['it is empty']],
    [',;', ['it names nobody']],
    ['undisclosed-recipients:;', ['"undisclosed-recipients:" is not an email address: no "@"']],
    ['crew: a@example.org;', ['"crew: a@example.org" is not an email address: bad text before "@"']],
    [
      'not an address\r\nBcc: a@example.org',
      ['"not an address\\r\\nBcc: a@example.org" is not an email address: control or invisible characters'],
    ],
    ['ops', ['"ops" is not an email address: no "@"']],
    ['constructor', ['"constructor" is not an email address: no "@"']],
    ['Jo <jo@example.org', ['"Jo <jo@example.org": < without its counterpart']],
    ['dev@example.com', ['"dev@example.com" is not in an allowed domain']],
    ['dev@example.org.evil.example', ['"dev@example.org.evil.example" is not in an allowed domain']],
  ])('%j names nobody: the default', (value, problems) => {
    expect(read(value)).toEqual([[], problems, true]);
  });

  test('that is partly usable reaches those it can, and the default for the rest', () => {
    expect(read('a@example.org, b@, c@example.com')).toEqual([
      ['a@example.org'],
      ['"b@" is not an email address: bad domain', '"c@example.com" is not in an allowed domain'],
      true,
    ]);
  });

  test('that RHACS cut loses the address at its end, whole or not', () => {
    const problem = 'it is truncated (it ends in "..."): the last recipient is left out';
    expect(read('a@example.org, b@example.org,...')).toEqual([['a@example.org', 'b@example.org'], [problem], false]);
    expect(read('a@example.org,b@exam...')).toEqual([['a@example.org'], [problem], false]);
    expect(read('a@example.org, B Team...')).toEqual([['a@example.org'], [problem], false]);
    expect(read('a@example.org, "Doe, Jo...')).toEqual([['a@example.org'], [problem], false]);
    expect(read('a@example.org, Jo <jo@example.o...')).toEqual([['a@example.org'], [problem], false]);
    expect(read('somebody@exam...')).toEqual([[], [problem], true]);
    expect(read('...')).toEqual([[], [problem], true]);
  });
});

describe('an attacker’s value', () => {
  test.each([
    ['a header', 'a@example.org\r\nBcc: all@example.org'],
    ['a header in a name', '"x\r\nBcc: all@example.com" <a@example.org\r\nTo: b@example.org>'],
    ['a NUL', 'a@example.org\u0000@evil.example'],
    ['a source route', '<@evil.example,@b.example:a@example.org>'],
    ['a percent route', 'a%evil.example@example.org'],
    ['a bang path', 'evil.example!a@example.org'],
    ['a quoted address', '"a@evil.example"@example.org'],
    ['a program', '"|/bin/sh -c id"@example.org'],
    ['a file', '/etc/passwd@example.org'],
    ['a host by number', 'a@[127.0.0.1]'],
    ['a Cyrillic domain', 'a@ex\u0430mple.org'],
    ['a wide @', 'a\uff20example.org'],
    ['an invisible letter', 'a\u200b@example.org'],
    ['a turned direction', 'a@example.org\u202e'],
    ['an unclosed comment', 'a@example.org (x'],
    ['a nested comment', 'a@example.org (x(y))'],
  ])('%s reaches nobody but the default', (_, value) => {
    const [recipients, problems, lacking] = read(value);
    expect(recipients).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.length).toBeLessThan(400);
    expect(lacking).toBe(true);
  });

  test('a name holds no line break', () => {
    expect(read('"x\r\nBcc: all@example.com" <a@example.org>')[0]).toEqual(['x Bcc: all@example.com <a@example.org>']);
  });

  test('a wide full stop is a full stop: the email goes to the domain that was checked', () => {
    expect(read('a@example\u3002org')[0]).toEqual(['a@example.org']);
  });

  test('whatever it is, no recipient is outside the allowed domains or in two lines', () => {
    const pieces = fc.constantFrom(
      ...[
        'a@example.org',
        'b@example.com',
        '@',
        ',',
        ';',
        ':',
        '<',
        '>',
        '"',
        '(',
        ')',
        '\\',
        '[',
        '%',
        '!',
        '\r\n',
        ' ',
      ],
      ...['payments', 'Bcc: x@example.com', '...', '\u202e', '\u0000', 'J\u00f6', '\ud800', '\uff20'],
    );
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(values, (value) => {
        const { targets, problems, lacking } = readValue(value, rules);
        for (const { name, address } of targets) {
          expect(address).toMatch(/^[^\s\p{Cc}@]+@example\.org$/u);
          expect(name).not.toMatch(/[\r\n]/);
        }
        expect(lacking || targets.length > 0).toBe(true);
        expect(targets.length > 0 || problems.length > 0).toBe(true);
      }),
      { numRuns: 2_000, examples: [['::']] },
    );
  });

  test('quotes that hold thousands of commas before a cut are not followed for ever', () => {
    expect(read(`a@example.org, "${','.repeat(4_000)}...`)).toEqual([
      [],
      [expect.stringContaining('it is truncated')],
      true,
    ]);
  });

  test('10,000 addresses are too many, and the default is notified', () => {
    const short = Array.from({ length: 200 }, (_, i) => `a${i}@example.org`).join(',');
    const [few, problems] = read(short);
    expect(few).toHaveLength(100);
    expect(problems).toEqual(['it names 200 recipients: the last 100 are left out']);
    const [some, [tooLong], lacking] = read(Array.from({ length: 10_000 }, (_, i) => `a${i}@example.org`).join(','));
    expect(some).toHaveLength(100);
    expect(tooLong).toBe('it is longer than 4096 characters: the rest is left out');
    expect(lacking).toBe(true);
    // One bad address each, and yet no long list of problems to go through.
    expect(read('x,'.repeat(100_000))[1].length).toBeLessThan(200);
  });
});
