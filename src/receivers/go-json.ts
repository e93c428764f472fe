import { compareBytes } from '../alert/label-set.ts';

/** A value's JSON as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 escaped, lone surrogates replaced. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]|\\ud[89a-f][\da-f]{2}/g, (found) => {
    return found.length > 1 ? '\ufffd' : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A map's JSON, its names in Go's order (JavaScript would put names that are numbers first). */
export function goJsonMap(map: Readonly<Record<string, unknown>>, write: (value: unknown) => string = goJson): string {
  const names = Object.keys(map).sort(compareBytes);
  return `{${names.map((name) => `${goJson(name)}:${write(map[name])}`).join(',')}}`;
}
