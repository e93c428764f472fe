import type { Place } from '../../config/place.ts';
import { parseAddresses } from './message/addresses.ts';

interface Count {
  readonly least: number;
  readonly most: number;
  readonly expected: string;
}

export const ONE: Count = { least: 1, most: 1, expected: 'exactly one email address' };
export const SOME: Count = { least: 1, most: Number.POSITIVE_INFINITY, expected: 'an email address' };
export const ANY: Count = { ...SOME, least: 0 };

/**
 * Warns of these keys' address lists that no email could go to (`${SMTP_TO}`, `root`): Alertmanager finds it out when it
 * sends, and loads the file. What a template makes is known when it sends.
 */
export function checkAddresses(place: Place, keys: readonly string[], count: Count): void {
  for (const key of keys) {
    const value = place.at(key);
    if (value?.node.kind !== 'scalar' || value.node.text === '' || value.node.text.includes('{{')) continue;
    try {
      checkList(value.node.text, count);
    } catch (error) {
      value.warn(`no email can be sent: ${(error as Error).message}`);
    }
  }
}

/** @throws Error that says what is wrong with an address list. */
export function checkList(text: string, { least, most, expected }: Count): void {
  const found = parseAddresses(text).length;
  if (found < least || found > most) throw new Error(`expected ${expected}, found ${found === 0 ? 'none' : found}`);
}
