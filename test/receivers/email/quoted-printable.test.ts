import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeMail } from '../../../src/receivers/email/message/compose.ts';

/** The encoded text part of an email with this text, which is quoted-printable for the sake of what stands before it. */
function encoded(text: string): string {
  const mailbox = { name: '', address: 'a@example.org' };
  const message = encodeMail(
    {
      from: mailbox,
      to: [mailbox],
      cc: [],
      replyTo: [],
      subject: '',
      date: 0,
      messageId: '<1@example.org>',
      root: '<2@example.org>',
      severity: '',
      headers: new Map(),
      text: `${START}${text}`,
      html: undefined,
      attachments: [],
    },
    { size: undefined, utf8: true },
  ).toString('latin1');
  const end = message.indexOf('\r\n\r\n');
  expect(message.slice(0, end)).toContain('Content-Transfer-Encoding: quoted-printable');
  return message.slice(end + 4);
}

/** More ASCII than what a test adds, and one character that is none. */
const START = `${`${'x'.repeat(70)}\n`.repeat(100)}\u00e9\n`;
const ENCODED_START = `${`${'x'.repeat(70)}\r\n`.repeat(100)}=C3=A9\r\n`;

describe('quoted-printable', () => {
  test.each([
    ['', ''],
    ['a = b\n', 'a =3D b\r\n'],
    ['Grüße €', 'Gr=C3=BC=C3=9Fe =E2=82=AC'],
    ['spaces  \ntab\t', 'spaces =20\r\ntab=09'],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(60)} ${'y'.repeat(30)}`, `${'x'.repeat(60)} =\r\n${'y'.repeat(30)}`],
    [`${'x'.repeat(74)}==`, `${'x'.repeat(74)}=\r\n=3D=3D`],
    [`${'x'.repeat(68)}😀!`, `${'x'.repeat(68)}=\r\n=F0=9F=98=80!`],
  ])('%j', (text, expected) => expect(encoded(text)).toBe(ENCODED_START + expected));

  test('whatever the text: what comes out is what went in, in lines of 76 printable characters', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(' ', '=', '\n', 'é', '😀', 'x'.repeat(50)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('').toWellFormed();
        const body = encoded(text);
        for (const line of body.split('\r\n')) expect(line).toMatch(/^[\t -~]{0,76}$/);
        const clean = (START + text).replace(/\r\n?|\n/g, '\r\n').replace(/[^\P{Cc}\t\r\n]/gu, '\ufffd');
        expect(decode(body)).toBe(clean);
      }),
    );
  });
});

/** As RFC 2045 has it. */
function decode(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
