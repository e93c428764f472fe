import { resolve } from 'node:path';
import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from '../time/duration.ts';
import { describe, type Field, MASK } from './field.ts';
import { isNull } from './node.ts';
import type { PathUse, Place } from './place.ts';
import { Secret } from './secret.ts';
import { checkUrl, redactUrl } from './url.ts';

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
export const int: Field<number> = integer(Number.MIN_SAFE_INTEGER, 'a whole number');

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
    if (text === undefined) return undefined;
    try {
      return checkUrl(text);
    } catch (error) {
      // The text is not shown: URLs can hold credentials.
      place.report(`expected a URL such as https://example.org/: ${(error as Error).message}`);
      return undefined;
    }
  },
  write: (value) => value,
};

/** proxy_url: any URL; its password is masked. */
export const proxyUrl: Field<string> = {
  read: (place) => string.read(place) || undefined,
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

/** A URL that is a secret. */
export const secretUrl: Field<Secret> = {
  read(place) {
    const value = secret.read(place);
    if (value === undefined || value.reveal() === MASK) return value;
    try {
      checkUrl(value.reveal());
      return value;
    } catch (error) {
      place.report(`${(error as Error).message} (the URL is a secret and not shown)`);
      return undefined;
    }
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

/** One of `templates`; absolute once read. */
export const configGlob: Field<string> = pathInConfig('glob');

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
      const value = node.kind === 'scalar' && node.plain && /^[-+]?\d[\d_]*$/.test(node.text);
      const number = value ? Number(node.text.replaceAll('_', '')) : Number.NaN;
      if (Number.isSafeInteger(number) && number >= least) return number;
      place.report(`expected ${expected}, found ${describe(node)}`);
      return undefined;
    },
    write: (value) => value,
  };
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
