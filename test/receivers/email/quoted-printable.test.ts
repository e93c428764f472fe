import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quotedPrintable } from '../../../src/receivers/email/message/quoted-printable.ts';

describe('quoted-printable', () => {
  test.each([
    ['', ''],
    ['a = b\r\n', 'a =3D b\r\n'],
    ['Grüße €', 'Gr=C3=BC=C3=9Fe =E2=82=AC'],
    ['spaces  \r\ntab\t', 'spaces =20\r\ntab=09'],
    [`${'x'.repeat(76)}\r\n`, `${'x'.repeat(76)}\r\n`],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(60)} ${'y'.repeat(30)}`, `${'x'.repeat(60)} =\r\n${'y'.repeat(30)}`],
    [`${'x'.repeat(74)}==`, `${'x'.repeat(74)}=\r\n=3D=3D`],
    [`${'x'.repeat(68)}😀!`, `${'x'.repeat(68)}=\r\n=F0=9F=98=80!`],
  ])('%j', (text, encoded) => expect(quotedPrintable(text)).toBe(encoded));

  test('whatever the text: what comes out is what went in, in lines of 76 printable characters', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(' ', '=', '\r\n', 'é', '😀', 'x'.repeat(50)));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces
          .join('')
          .toWellFormed()
          .replace(/\r\n?|\n/g, '\r\n');
        const encoded = quotedPrintable(text);
        for (const line of encoded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
        expect(decode(encoded)).toBe(text);
      }),
    );
  });
});

/** As RFC 2045 has it. */
function decode(encoded: string): string {
  const bytes = encoded
    .replaceAll('=\r\n', '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
