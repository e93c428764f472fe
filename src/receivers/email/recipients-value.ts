import { type Mailbox, parseAddresses, splitAddresses } from './message/addresses.ts';

/** What was made of a value that names recipients. */
export interface ReadValue {
  readonly mailboxes: readonly Mailbox[];
  /** What is wrong with it, each a clause for people: `"x" is not a mail address: no "@"`. */
  readonly problems: readonly string[];
  /** Somebody whom the value means cannot be told: the default is. */
  readonly lacking: boolean;
}

export interface ReadingRules {
  /** The mailboxes that a word without `@` stands for: the name of a team. */
  readonly named: (name: string) => readonly Mailbox[] | undefined;
  readonly isAllowed: (address: string) => boolean;
}

/** Most recipients that one alert may have. */
export const MAX_RECIPIENTS = 100;
/** Characters that are read of one value. */
const MAX_VALUE = 4_096;
/** Separators that are tried as the last one before a cut: a name with more commas in it is not one that people have. */
const MAX_ATTEMPTS = 20;
/** RHACS cuts annotations after 256 bytes and ends them so. */
const CUT = '...';
/** What old mail servers took as a way to somewhere else, a file or a program; no address that people have. */
const ROUTING = /[%!"|/\\`]|\[/;

/**
 * Reads a value that anybody who can deploy may have written. Never throws: what cannot be used is a problem.
 * An address that RHACS cut is dropped; for all else that is dropped, `lacking` asks for the default.
 */
export function readValue(value: string, rules: ReadingRules): ReadValue {
  const problems: string[] = [];
  const mailboxes: Mailbox[] = [];
  let lacking = false;
  const lack = (problem: string): void => {
    problems.push(problem);
    lacking = true;
  };
  if (value.trim() === '') return { mailboxes, problems: ['it is empty'], lacking: true };
  const items = itemsOf(value, problems, lack);
  for (const item of items.slice(0, MAX_RECIPIENTS)) {
    try {
      mailboxes.push(...readItem(item, rules));
    } catch (error) {
      lack((error as Error).message);
    }
  }
  const beyond = items.length - MAX_RECIPIENTS;
  if (beyond > 0) lack(`it names ${items.length} recipients: the last ${beyond} are left out`);
  if (items.length === 0 && problems.length === 0) problems.push('it names nobody');
  return { mailboxes: mailboxes.slice(0, MAX_RECIPIENTS), problems, lacking: lacking || mailboxes.length === 0 };
}

function itemsOf(value: string, problems: string[], lack: (problem: string) => void): string[] {
  let text = value.trimEnd();
  if (text.length > MAX_VALUE) {
    text = text.slice(0, MAX_VALUE);
    lack(`it is longer than ${MAX_VALUE} characters: the rest is left out`);
  } else if (text.endsWith(CUT)) {
    text = text.slice(0, -CUT.length);
    problems.push('it was cut where it ends in "...": whoever is named there is left out');
  } else return split(text, lack);
  return splitWhole(text);
}

function split(text: string, lack: (problem: string) => void): string[] {
  try {
    return splitAddresses(text);
  } catch (error) {
    lack((error as Error).message);
    return [];
  }
}

/** The items before the one that a cut went through. */
function splitWhole(text: string): string[] {
  let whole = text;
  for (let attempts = 0; attempts < MAX_ATTEMPTS && whole !== ''; attempts++) {
    // Its separator may have been inside quotes: then the text before it is not whole either.
    whole = whole.slice(0, Math.max(whole.lastIndexOf(','), whole.lastIndexOf(';'), 0));
    try {
      return splitAddresses(whole);
    } catch {}
  }
  return [];
}

function readItem(item: string, { named, isAllowed }: ReadingRules): readonly Mailbox[] {
  const members = item.includes('@') ? undefined : named(item);
  if (members) return members;
  const mailboxes = parseAddresses(item);
  if (mailboxes.length === 0) throw new Error(`${JSON.stringify(item)} names nobody`);
  for (const { address } of mailboxes) {
    if (ROUTING.test(address)) throw new Error(`${JSON.stringify(address)} is not a plain address`);
    if (!isAllowed(address)) throw new Error(`${JSON.stringify(address)} is in no allowed domain`);
  }
  return mailboxes;
}
