import { ConfigError } from '../config/config-error.ts';
import { escapeInvisible } from '../log/visible.ts';
import { didYouMean } from '../templating/nearest.ts';
import { type FlagTable, type FlagValues, flagHelp, parseArguments } from './flag-parser.ts';
import { FlagError } from './flag-types.ts';

/** Where a command writes. */
export interface Output {
  /** Bytes are for text that is not all UTF-8. */
  readonly stdout: { write(text: string | Uint8Array): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** One command of `tocsin`. */
export interface Command<F extends FlagTable = FlagTable> {
  readonly name: string;
  /** How it is called: what follows `tocsin NAME`, each way a line. */
  readonly usage: readonly string[];
  /** What else its help says; '' for nothing. */
  readonly notes: string;
  readonly flags: F;
  /** Its output is a document, not lines for people: written as it is. */
  readonly rawOutput?: boolean;
  /**
   * @param words what is not a flag
   * @returns the exit code
   * @throws FlagError for a mistake on the command line, any other Error for what went wrong: its message is printed
   */
  run(flags: FlagValues<F>, words: readonly string[], out: Output): number | Promise<number>;
}

/** For its types: the flags that `run` gets are those of the table. */
export function defineCommand<F extends FlagTable>(command: Command<F>): Command<F> {
  return command;
}

/** Runs a command, or shows its help. @param args what follows its name. @returns the exit code. Never rejects. */
export async function runCommand<F extends FlagTable>(
  command: Command<F>,
  args: readonly string[],
  out: Output = process,
): Promise<number> {
  if (args.some((word) => word === '--help' || word === '-h')) {
    out.stdout.write(commandHelp(command));
    return 0;
  }
  const terminal = command.rawOutput ? out : visibleOutput(out);
  try {
    const { flags, words } = parseArguments(command.flags, args);
    return await command.run(flags, words, terminal);
  } catch (error) {
    const { message } = error as Error;
    const more = error instanceof FlagError ? `; see tocsin ${command.name} --help` : '';
    terminal.stderr.write(`tocsin${error instanceof ConfigError ? '' : ` ${command.name}`}: ${message}${more}\n`);
    return 1;
  }
}

/** What others wrote (alerts, mail servers, a file) may be in the output: it must not act on the terminal. */
function visibleOutput({ stdout, stderr }: Output): Output {
  return {
    stdout: { write: (text) => stdout.write(typeof text === 'string' ? escapeInvisible(text) : text) },
    stderr: { write: (text) => stderr.write(escapeInvisible(text)) },
  };
}

function commandHelp({ name, usage, notes, flags }: Command): string {
  const ways = usage.map((way, i) => `${i === 0 ? 'usage:' : '      '} tocsin ${name} ${way}`.trimEnd());
  return `${[...ways, ...(notes === '' ? [] : ['', notes]), ...(Object.keys(flags).length === 0 ? [] : ['', flagHelp(flags)])].join('\n')}\n`;
}

/** Picks the word that says what to do: `list` of `deliveries list`. @throws FlagError where it is none of them */
export function chooseWord<const T extends string>(word: string | undefined, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  const choice = `expected ${known.join(', ')}`;
  if (word === undefined) throw new FlagError(choice);
  throw new FlagError(`${choice}, found ${JSON.stringify(word)}${didYouMean(word.slice(0, 80), known)}`);
}
