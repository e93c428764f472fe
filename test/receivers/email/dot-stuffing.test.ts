import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotStuffed } from '../../../src/receivers/email/smtp/dot-stuffing.ts';

const stuffed = (text: string): string => dotStuffed(Buffer.from(text, 'latin1'));

describe('a message after DATA', () => {
  it.each([
    ['', '\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['.a\r\n.\r\n..\r\nb.\r\n', '..a\r\n..\r\n...\r\nb.\r\n.\r\n'],
    ['\r\n.\r\n.\r\n', '\r\n..\r\n..\r\n.\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\r\n.\n\rb', 'a\r\n\r\n..\r\n\r\nb\r\n.\r\n'],
    ['a\r', 'a\r\n.\r\n'],
    ['\n', '\r\n.\r\n'],
    ['\xfc.\x80\0', '\xfc.\x80\0\r\n.\r\n'],
  ])('%j goes as %j', (text, expected) => {
    expect(stuffed(text)).toBe(expected);
  });

  it('ends where it is meant to, has no other line ends than CRLF, and is what it was', () => {
    const pieces = fc.array(fc.constantFrom('\r', '\n', '\r\n', '.', 'a', '\r\n.\r\n', '\n.\n', '\r.\r', '\xe9'));
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const sent = stuffed(text);
        expect(sent.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(`\r\n${sent}`.indexOf('\r\n.\r\n')).toBe(sent.length - 3);
        const lines = sent.slice(0, -3).split('\r\n');
        const received = lines.map((line) => (line.startsWith('.') ? line.slice(1) : line)).join('\r\n');
        const meant = text.replace(/\r\n?|\n/g, '\r\n');
        expect(received).toBe(meant.endsWith('\r\n') ? meant : `${meant}\r\n`);
      }),
    );
  });
});
