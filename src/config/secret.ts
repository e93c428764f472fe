import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';

/** A secret's text, which no log, error, API answer or JSON shows by accident. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '<secret>';
  }

  toJSON(): string {
    return '<secret>';
  }

  [inspect.custom](): string {
    return '<secret>';
  }
}

/** A secret given in the file, or the path of a file that holds it (read when used, so that it can be rotated). */
export type SecretSource = { readonly value: Secret } | { readonly file: string };

/** Reads a secret; a file's surrounding white space is cut. @throws Error that names the file, never its content. */
export async function readSecret(source: SecretSource): Promise<string> {
  if ('value' in source) return source.value.reveal();
  return (await readFile(source.file, 'utf8')).trim();
}
