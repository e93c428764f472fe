import { scanJson } from './go-json.ts';
import { checkJsonSize } from './json-limits.ts';

export { JsonTooLargeError } from './json-limits.ts';

/** The body is not JSON. The message is Go's (encoding/json): Alertmanager's clients know it. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** The byte, from 0, that is wrong; undefined where it is not known. */
  readonly at: number | undefined;

  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

/** An unpaired surrogate escape, or any other escape, which must be stepped over to know what is escaped. */
const ESCAPE = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}|\\[\s\S]/g;

/**
 * As parseJson, for what a client sends: a body that is expensive to parse is refused first.
 * @throws JsonError, JsonTooLargeError
 */
export async function parseBody(body: Buffer): Promise<unknown> {
  await checkJsonSize(body);
  return parseJson(body);
}

/**
 * Parses the first JSON value of a body; what follows it is ignored, as Go's decoder does. Invalid UTF-8 and unpaired
 * surrogates become U+FFFD.
 * @returns undefined where there is nothing but white space.
 * @throws JsonError
 */
export function parseJson(body: Buffer): unknown {
  const text = wellFormed(body.toString('utf8'));
  try {
    return JSON.parse(text);
  } catch {
    return parseFirst(body);
  }
}

/** The way of a body that JSON.parse refuses: says why in Go's words, or finds where its first value ends. */
function parseFirst(body: Buffer): unknown {
  const scan = scanJson(body);
  if ('error' in scan) throw new JsonError(scan.error, scan.at);
  if (scan.end === 0) return undefined;
  try {
    return JSON.parse(wellFormed(body.toString('utf8', 0, scan.end)));
  } catch (error) {
    throw new JsonError((error as Error).message);
  }
}

function wellFormed(text: string): string {
  if (!text.includes('\\ud') && !text.includes('\\uD')) return text;
  return text.replace(ESCAPE, (text) => (text.length === 6 ? '\\ufffd' : text));
}
