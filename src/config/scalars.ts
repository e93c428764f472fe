import { resolve } from 'node:path';
import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from '../time/duration.ts';
import { checked, describe, type Field, MASK } from './field.ts';
import { checkGlob } from './glob.ts';
import { goScalar } from './go-scalar.ts';
import { isNull, type ScalarNode } from './node.ts';
import type { PathUse, Place } from './place.ts';
import { Secret } from './secret.ts';
import { checkUrl, isUsableUrl, parseGoUrl, redactQuery, redactUrl } from './url.ts';

/** The same where Alertmanager 0.25's parser, and so amtool, takes nothing but a URL: the webhook's. */
export const MASK_URL = 'http://<secret>';

/** Any scalar, as it is written (`1.10` stays "1.10", `yes` stays "yes"). Null is ''. */
export const string: Field<string> = {
  read(place) {
    const { node } = place;
    if (node.kind === 'scalar') return isNull(node) ? '' : node.text;
    place.report(`expected text, found ${describe(node)}`);
    return undefined;
  },
  write: (value) => value,
};

/** Go's YAML 1.1 booleans: true, yes, on, y and their opposites; never quoted. */
export const bool: Field<boolean> = {
  read(place) {
    const { node } = place;
    if (node.kind === 'scalar' && node.plain) {
      if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(node.text)) return true;
      if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(node.text)) return false;
    }
    place.report(`expected true or false, found ${describe(node)}`);
    return undefined;
  },
  write: (value) => value,
};

/** A duration of the configuration such as `5m` or `1d12h`; ms. */
export const duration: Field<number> = {
  read: (place) => convert(place, parseDuration, 'a duration such as 30s, 5m or 1d12h'),
  write: formatDuration,
};

/** A Go duration such as `1.5h` or `500ms`; a bare number is nanoseconds, as in Go. ms. */
export const goDuration: Field<number> = {
  read(place) {
    const { node } = place;
    if (node.kind === 'scalar' && node.plain && /^[-+]?\d+$/.test(node.text)) return Number(node.text) / 1e6;
    return convert(place, parseGoDuration, 'a duration such as 500ms, 10s or 1.5h');
  },
  write: formatGoDuration,
};

/** A whole number from 0. */
export const uint: Field<number> = integer(0, 'a whole number from 0');

/** A whole number. */
export const int: Field<number> = integer(Number.NEGATIVE_INFINITY, 'a whole number');

/** A number. */
export const float: Field<number> = {
  read(place) {
    const { node } = place;
    if (node.kind === 'scalar' && node.plain && /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(node.text)) {
      return Number(node.text);
    }
    place.report(`expected a number, found ${describe(node)}`);
    return undefined;
  },
  write: (value) => value,
};

/** An http or https URL. */
export const url: Field<string> = {
  read(place) {
    const text = string.read(place);
    // The text is not shown: URLs can hold credentials.
    if (text !== undefined)
      checkUrlAt(place, text, (reason) => `expected a URL such as https://example.org/: ${reason}`);
    // A bad one too, lest whoever needs it reports that there is none.
    return text;
  },
  write: redactUrl,
};

/** token_url: its query may hold a key. Alertmanager finds out only at a request whether it is a URL. */
export const tokenUrl: Field<string> = { ...string, write: redactQuery };

/** A text that is shown as a secret, such as a parameter of a request for a token. */
export const maskedString: Field<string> = { ...string, write: () => MASK };

/** Reports what Alertmanager refuses in a URL, and warns of what only a request will find out. */
export function checkUrlAt(place: Place, text: string, explained: (reason: string) => string): void {
  try {
    checkUrl(text);
  } catch (error) {
    place.report(explained((error as Error).message));
    return;
  }
  if (!isUsableUrl(text)) place.warn('nothing can be sent to this URL: has a placeholder been left in it?');
}

/** proxy_url: any URL; its password is masked. */
export const proxyUrl: Field<string> = {
  read(place) {
    const text = string.read(place) || undefined;
    try {
      if (text !== undefined) parseGoUrl(text);
    } catch (error) {
      place.report(`expected a URL such as http://proxy.example.org:3128: ${(error as Error).message}`);
    }
    return text;
  },
  write: redactUrl,
};

/** A secret's text; an empty one is not set. Its text is in no error. */
export const secret: Field<Secret> = {
  read(place) {
    const { node } = place;
    if (node.kind === 'scalar') return isNull(node) || node.text === '' ? undefined : new Secret(node.text);
    place.report(`expected text, found a ${node.kind === 'mapping' ? 'mapping' : 'list'}`);
    return undefined;
  },
  write: () => MASK,
};

/** A URL that is a secret. An empty one is an error, as in Alertmanager. */
export const secretUrl: Field<Secret> = {
  read(place) {
    const value = secret.read(place);
    const isText = place.node.kind === 'scalar' && !place.isNull;
    const text = value?.reveal() ?? '';
    if (isText && text !== MASK) checkUrlAt(place, text, (reason) => `${reason} (the URL is a secret and not shown)`);
    // Lest whoever needs it reports that there is none.
    return value ?? (isText ? new Secret('') : undefined);
  },
  write: () => MASK,
};

/** A file's path as Alertmanager uses it here: relative to the working directory. */
export const workingPath: Field<string> = {
  read(place) {
    const path = string.read(place);
    if (path) place.usesPath('file', path);
    return path;
  },
  write: (value) => value,
};

/** A file's path relative to the configuration file; absolute once read. */
export const configPath: Field<string> = pathInConfig('file');

/** One of `templates`, a pattern as Go's filepath.Match takes it; absolute once read. */
export const configGlob: Field<string> = checked(pathInConfig('glob'), checkGlob);

function pathInConfig(kind: PathUse['kind']): Field<string> {
  return {
    read(place) {
      const path = string.read(place);
      if (!path) return undefined;
      const target = resolve(place.context.directory, path);
      place.usesPath(kind, target);
      return target;
    },
    write: (value) => value,
  };
}

/** One of these words. */
export function oneOf<const T extends string>(...words: readonly T[]): Field<T> {
  return {
    read(place) {
      const { node } = place;
      const word = node.kind === 'scalar' ? words.find((candidate) => candidate === node.text) : undefined;
      if (word === undefined) place.report(`expected one of ${words.join(', ')}, found ${describe(node)}`);
      return word;
    },
    write: (value) => value,
  };
}

function integer(least: number, expected: string): Field<number> {
  return {
    read(place) {
      const { node } = place;
      const number = node.kind === 'scalar' ? wholeNumber(node) : Number.NaN;
      if (number >= least && Math.abs(number) <= 2 ** 63) return number;
      place.report(`expected ${expected}, found ${describe(node)}`);
      return undefined;
    },
    write: (value) => value,
  };
}

/** A number as Go's YAML reads it into an integer: in any base, and the whole part of a float. */
function wholeNumber(node: ScalarNode): number {
  const value = goScalar(node);
  if (typeof value === 'bigint') return value === BigInt.asIntN(64, value) ? Number(value) : Number.NaN;
  return typeof value === 'number' ? Math.trunc(value) : Number.NaN;
}

/** Reads text and converts it; the converter's error text (Alertmanager's) ends the report. */
function convert<T>(place: Place, converter: (text: string) => T, expected: string): T | undefined {
  const { node } = place;
  if (node.kind !== 'scalar') {
    place.report(`expected ${expected}, found ${describe(node)}`);
    return undefined;
  }
  try {
    return converter(node.text);
  } catch (error) {
    place.report(`expected ${expected}, found ${describe(node)}: ${(error as Error).message}`);
    return undefined;
  }
}
