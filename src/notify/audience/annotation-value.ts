import type { Target } from '../../alert/notification.ts';
import type { TargetKind } from '../../config/target-kind.ts';

/** What was made of a value that names targets. */
export interface ReadValue {
  readonly targets: readonly Target[];
  /** What is wrong with it, each a clause for people: `"x" is not an email address: no "@"`. */
  readonly problems: readonly string[];
  /** Somebody whom the value means cannot be notified: the default is. */
  readonly lacking: boolean;
}

export interface ReadingRules {
  readonly kind: TargetKind;
  /** Limit on whom alerts may name, as `kind.parseAllowed` made it. */
  readonly allowed: readonly string[];
  /** The targets of the team with this name; undefined: there is none. */
  readonly team: (name: string) => readonly Target[] | undefined;
}

/** Most targets that one alert may have. */
export const MAX_TARGETS = 100;
/** Characters that are read of one value. */
const MAX_VALUE = 4_096;
/** Separators that are tried as the last one before a cut: a name with more commas in it is not one that people have. */
const MAX_ATTEMPTS = 20;
/** RHACS truncates annotations at 256 bytes and ends them so. */
const CUT = '...';

/**
 * Reads a value that anybody who can deploy may have written. Never throws: what cannot be used is a problem.
 * A target that was truncated is dropped; for all else that is dropped, `lacking` asks for the default.
 */
export function readValue(value: string, rules: ReadingRules): ReadValue {
  const problems: string[] = [];
  const targets: Target[] = [];
  let lacking = false;
  const lack = (problem: string): void => {
    problems.push(problem);
    lacking = true;
  };
  if (value.trim() === '') return { targets, problems: ['it is empty'], lacking: true };
  const items = itemsOf(value, rules.kind, problems, lack);
  for (const item of items.slice(0, MAX_TARGETS)) {
    try {
      targets.push(...readItem(item, rules));
    } catch (error) {
      lack((error as Error).message);
    }
  }
  const beyond = items.length - MAX_TARGETS;
  if (beyond > 0) lack(`it names ${items.length} recipients: the last ${beyond} are left out`);
  if (items.length === 0 && problems.length === 0) problems.push('it names nobody');
  return { targets: targets.slice(0, MAX_TARGETS), problems, lacking: lacking || targets.length === 0 };
}

function itemsOf(
  value: string,
  kind: TargetKind,
  problems: string[],
  lack: (problem: string) => void,
): readonly string[] {
  let text = value.trimEnd();
  if (text.length > MAX_VALUE) {
    text = text.slice(0, MAX_VALUE);
    lack(`it is longer than ${MAX_VALUE} characters: the rest is left out`);
  } else if (text.endsWith(CUT)) {
    text = text.slice(0, -CUT.length);
    problems.push('it is truncated (it ends in "..."): the last recipient is left out');
  } else return split(text, kind, lack);
  return splitWhole(text, kind);
}

function split(text: string, kind: TargetKind, lack: (problem: string) => void): readonly string[] {
  try {
    return kind.split(text);
  } catch (error) {
    lack((error as Error).message);
    return [];
  }
}

/** The items before the one that a cut went through. */
function splitWhole(text: string, kind: TargetKind): readonly string[] {
  let whole = text;
  for (let attempts = 0; attempts < MAX_ATTEMPTS && whole !== ''; attempts++) {
    // Its separator may have been inside quotes: then the text before it is not whole either.
    whole = whole.slice(0, Math.max(whole.lastIndexOf(','), whole.lastIndexOf(';'), 0));
    try {
      return kind.split(whole);
    } catch {}
  }
  return [];
}

function readItem(item: string, { kind, allowed, team }: ReadingRules): readonly Target[] {
  const members = team(item);
  if (members) return members;
  const targets = kind.parse(item);
  if (targets.length === 0) throw new Error(`${JSON.stringify(item)} names nobody`);
  for (const target of targets) {
    const problem = kind.problem(target, allowed);
    if (problem !== undefined) throw new Error(problem);
  }
  return targets;
}
