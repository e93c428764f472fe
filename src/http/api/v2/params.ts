import type { Request } from 'express';

/** Query parameters as Go reads them: pairs with a bad escape or a semicolon are left out, never an error. */
export class Query {
  readonly #values = new Map<string, string[]>();

  constructor(request: Request) {
    const url = request.url;
    const start = url.indexOf('?');
    if (start < 0) return;
    for (const pair of url.slice(start + 1).split('&')) this.#add(pair);
  }

  #add(pair: string): void {
    if (pair === '' || pair.includes(';')) return;
    const [name, ...rest] = pair.split('=');
    const key = decode(name as string);
    const value = decode(rest.join('='));
    if (key === undefined || value === undefined) return;
    const values = this.#values.get(key);
    if (values) values.push(value);
    else this.#values.set(key, [value]);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Of a repeated parameter the last value. */
  last(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** go-openapi's booleans: an empty value is the default, anything that does not mean yes is false. */
  flag(name: string): boolean {
    const value = this.last(name);
    return value === undefined || value === '' || YES.has(value.toLowerCase());
  }

  /** All parameters, last value wins. */
  toObject(): Readonly<Record<string, string>> {
    const object = Object.create(null) as Record<string, string>;
    for (const [name, values] of this.#values) object[name] = values.at(-1) as string;
    return object;
  }
}

const YES = new Set(['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled']);

function decode(text: string): string | undefined {
  if (/%(?![\da-fA-F]{2})/.test(text)) return undefined;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Bytes that are not UTF-8 become lone surrogates, which the matchers' grammar refuses as such.
    const bytes = spaced.replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\ufffd', '\udcff');
  }
}
