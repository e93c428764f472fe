import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../src/http/go-json.ts';
import { JsonError, parseJson } from '../../src/http/json.ts';

test('what is JSON ends where its text ends', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const body = Buffer.from(text);
      expect(scanJson(body)).toEqual({ end: body.length });
    }),
  );
});

test('the scanner agrees with JSON.parse about what is JSON, whatever the bytes', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'u00',
      '0',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\n',
      'é',
      '\u0001',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      const scan = scanJson(Buffer.from(text));
      const first = 'end' in scan ? Buffer.from(text).subarray(0, scan.end).toString() : undefined;
      const parses = (candidate: string): boolean => {
        try {
          JSON.parse(candidate);
          return true;
        } catch {
          return false;
        }
      };
      if (first === undefined) expect(parses(text)).toBe(false);
      else if (first !== '') expect(parses(first)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('any bytes give a value or a JsonError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      try {
        parseJson(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(JsonError);
      }
    }),
  );
});

test.each([
  ['[{"a": 1', 'unexpected EOF', 8],
  ['  {"a" 1}', "invalid character '1' after object key", 7],
  ['"é', 'unexpected EOF', 3],
])('%s: what is wrong, and where', (text, message, at) => {
  expect(() => parseJson(Buffer.from(text))).toThrow(expect.objectContaining({ message, at }));
});

test.each([
  ['"\\ud83d\\ude42"', '🙂'],
  ['"\\ud83dx"', '\ufffdx'],
  ['"\\ude42\\ud83d"', '\ufffd\ufffd'],
  ['"\\\\ud83d"', '\\ud83d'],
  ['"\\\\\\ud83d"', '\\\ufffd'],
  ['{"\\uDC00":1}', { '\ufffd': 1 }],
])('lone surrogates of %s become U+FFFD', (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});
