import type { Position } from './node.ts';

/** One thing that is wrong (or odd) in the file. */
export interface Problem extends Position {
  /** Path of the key, e.g. `receivers[0].email_configs[1].to`; '' for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A file that cannot be used: carries everything that is wrong with it, in the file's order. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly Problem[];
  /** What is odd in it beside that, a line each. */
  readonly warnings: readonly string[];

  constructor(file: string, problems: readonly Problem[], warnings: readonly Problem[] = []) {
    const ordered = problems.toSorted(byPosition);
    super(formatProblems(file, ordered).join('\n'));
    this.file = file;
    this.problems = ordered;
    this.warnings = formatProblems(file, warnings);
  }
}

/** More than these help nobody. */
const MOST = 50;

/** A line each, in the file's order. Of very many, the first and how many more. */
export function formatProblems(file: string, problems: readonly Problem[]): string[] {
  const lines = problems
    .toSorted(byPosition)
    .slice(0, MOST)
    .map((problem) => formatProblem(file, problem));
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `${file}: ... and ${more} more`] : lines;
}

function byPosition(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** `file:line:column: path: message`; line 0 is the file as such. */
function formatProblem(file: string, problem: Problem): string {
  const { line, column, path, message } = problem;
  return [line === 0 ? file : `${file}:${line}:${column}`, path, message].filter((part) => part !== '').join(': ');
}
