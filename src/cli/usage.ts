/** Where a command writes. */
export interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Prints how a command is called, where its words ask for that. @returns whether they do. */
export function helped(args: readonly string[], usage: string, { stdout }: Output): boolean {
  if (!args.includes('--help') && !args.includes('-h')) return false;
  stdout.write(usage);
  return true;
}
