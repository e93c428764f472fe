/** Why a function, a method or an escaper cannot give a value. The evaluator adds the place. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** Characters of a name, a node or a reason in an error; Go has no limit. */
const LONGEST = 1_000;

/** What an error quotes, cut: values and sources may have megabytes. */
export function quoted(text: string): string {
  return cut(text, LONGEST);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}

/**
 * A template that does not parse or render. The message is Go's: file, line, for a rendering column and template, and the reason.
 */
export class GoTemplateError extends Error {
  override readonly name = 'GoTemplateError';
  /** The message without the place. */
  readonly reason: string;
  /** From 1, inside the source. */
  readonly line: number | undefined;
  /** Bytes from 0, as Go counts. */
  readonly column: number | undefined;

  constructor(message: string, at: { reason?: string; line?: number; column?: number } = {}) {
    super(cut(message, 4 * LONGEST));
    this.reason = quoted(at.reason ?? message);
    this.line = at.line;
    this.column = at.column;
  }
}

/** An action in a script, where that is refused. */
export class ScriptActionError extends GoTemplateError {}
