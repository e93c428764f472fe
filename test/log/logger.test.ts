import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, type LogFormat, type LogLevel } from '../../src/log/logger.ts';

function capture(level: LogLevel = 'debug', format: LogFormat = 'logfmt') {
  const lines: string[] = [];
  return { lines, logger: createLogger(level, format, { write: (line) => lines.push(line) }) };
}

/** A line without its time. */
function timeless(line: string | undefined): string | undefined {
  return line?.replace(/^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, '');
}

/** A logfmt reader, as strict as they come. */
function parseLogfmt(line: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const rest = line.replace(/([^\s=]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?: |$)/gy, (_, key: string, value: string) => {
    fields[key] = value.startsWith('"') ? (JSON.parse(value) as string) : value;
    return '';
  });
  if (rest !== '') throw new Error(`not logfmt: ${JSON.stringify(rest)}`);
  return fields;
}

describe('logfmt', () => {
  test('keys in order, upper-case levels, quotes where they are needed', () => {
    const { lines, logger } = capture();
    logger
      .child({ component: 'dispatcher' })
      .warn('Notify attempt failed', { n: 3, empty: '', ok: true, eq: 'a=b', plain: '{}:{}' });
    expect(lines.map(timeless)).toEqual([
      'level=WARN msg="Notify attempt failed" component=dispatcher n=3 empty="" ok=true eq="a=b" plain={}:{}\n',
    ]);
  });

  test('of an Error the message', () => {
    const { lines, logger } = capture();
    logger.error('Failed', { err: new Error('no such "file"') });
    expect(timeless(lines[0])).toBe('level=ERROR msg=Failed err="no such \\"file\\""\n');
  });

  test('hostile text cannot forge a record or reach the terminal', () => {
    const { lines, logger } = capture();
    const hostile = 'x\n\rtime=2026-01-01T00:00:00.000Z level=ERROR msg="forged"\u001b[2J\u2028\u0085\u202e\u0000';
    logger.info(hostile, { alertname: hostile });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    const { msg, alertname } = parseLogfmt((lines[0] as string).trimEnd());
    expect([msg, alertname]).toEqual([hostile, hostile]);
  });

  test.each<LogFormat>(['logfmt', 'json'])(
    '%s holds no character that a terminal or a viewer would act on',
    (format) => {
      const { lines, logger } = capture('info', format);
      const hostile = '\u0085\u009b31m\u2028\u2029\u202a\u202e\u2066\u2069\u200e\u200f\u061c\ufeff\u{e0041}\u00ad';
      logger.warn(hostile, { value: hostile, nested: { [hostile]: [hostile] }, err: new Error(hostile) });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      if (format === 'json') expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: hostile, err: hostile });
    },
  );

  test('any text comes back as it was, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, value) => {
        const { lines, logger } = capture();
        logger.info(message, { value });
        const line = lines[0] as string;
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(parseLogfmt(line.trimEnd())).toMatchObject({ msg: message, value });
      }),
    );
  });
});

test('levels below the chosen one are silent', () => {
  const { lines, logger } = capture('warn');
  logger.debug('d');
  logger.info('i');
  logger.warn('w');
  logger.error('e');
  expect(lines.map((line) => parseLogfmt(line.trimEnd()).level)).toEqual(['WARN', 'ERROR']);
});

test('JSON has the same keys', () => {
  const { lines, logger } = capture('info', 'json');
  logger.info('Listening on', { address: '127.0.0.1:9093' });
  const record = JSON.parse(lines[0] as string) as Record<string, unknown>;
  expect(Object.keys(record).toSorted()).toEqual(['address', 'level', 'msg', 'time']);
  expect(record).toMatchObject({ level: 'INFO', msg: 'Listening on', address: '127.0.0.1:9093' });
});
