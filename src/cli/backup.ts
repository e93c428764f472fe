import { parseArgs } from 'node:util';
import { backupStore } from '../store/backup.ts';
import { helped, type Output } from './usage.ts';

const USAGE = 'usage: tocsin backup [--storage.path=data/] FILE\n';

/**
 * `tocsin backup FILE`: a copy of the store, also while Tocsin runs.
 * @param args what follows `backup` on the command line.
 * @returns the exit code.
 */
export function backup(args: readonly string[], out: Output = process): number {
  if (helped(args, USAGE, out)) return 0;
  const { stdout, stderr } = out;
  let target: string | undefined;
  let directory: string;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { 'storage.path': { type: 'string', default: 'data/' } },
      allowPositionals: true,
    });
    directory = values['storage.path'];
    target = positionals.length === 1 ? positionals[0] : undefined;
  } catch (error) {
    stderr.write(`tocsin: ${(error as Error).message}\n${USAGE}`);
    return 1;
  }
  if (target === undefined) {
    stderr.write(USAGE);
    return 1;
  }
  try {
    backupStore(directory, target);
  } catch (error) {
    stderr.write(`tocsin: ${(error as Error).message}\n`);
    return 1;
  }
  stdout.write(`The store of ${directory} was copied to ${target}\n`);
  return 0;
}
