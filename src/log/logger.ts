import { pino } from 'pino';
import { escapeInvisible } from './visible.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'logfmt' | 'json';
export type Attributes = Readonly<Record<string, unknown>>;

/** Structured log. Attribute values are text, numbers, booleans or Errors (their message); never secrets. */
export interface Logger {
  debug(message: string, attributes?: Attributes): void;
  info(message: string, attributes?: Attributes): void;
  warn(message: string, attributes?: Attributes): void;
  error(message: string, attributes?: Attributes): void;
  /** A logger whose records carry these attributes too, e.g. `{component: 'dispatcher'}`. */
  child(attributes: Attributes): Logger;
}

interface Sink {
  write(line: string): unknown;
}

/** One record per line on `sink` (stderr), keys in Alertmanager's order: time, level, msg, attributes. */
export function createLogger(level: LogLevel, format: LogFormat, sink: Sink = process.stderr): Logger {
  const destination = {
    write: (line: string) => sink.write(format === 'json' ? escapeInvisible(line) : toLogfmt(line)),
  };
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    destination as pino.DestinationStream,
  );
  return wrap(root);
}

/** For tests and tools that want silence. */
export const nullLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => nullLogger,
};

function wrap(logger: pino.Logger): Logger {
  return {
    debug: (message, attributes) => logger.debug(plain(attributes), message),
    info: (message, attributes) => logger.info(plain(attributes), message),
    warn: (message, attributes) => logger.warn(plain(attributes), message),
    error: (message, attributes) => logger.error(plain(attributes), message),
    child: (attributes) => wrap(logger.child(plain(attributes))),
  };
}

function plain(attributes: Attributes = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  );
}

function toLogfmt(line: string): string {
  const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries({ time, level, msg, ...rest });
  return `${fields.map(([key, value]) => `${key}=${quote(value)}`).join(' ')}\n`;
}

/** Quotes where logfmt readers need it. */
function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return /^[^\s="\p{C}]+$/u.test(text) ? text : escapeInvisible(JSON.stringify(text));
}
