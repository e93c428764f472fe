import { backupStore } from '../store/backup.ts';
import { defineCommand } from './command.ts';
import { directory, FlagError } from './flag-types.ts';

/** `tocsin backup FILE`: copies the store, also while Tocsin runs. */
export const backup = defineCommand({
  name: 'backup',
  usage: ['[FLAGS] FILE'],
  notes: '  FILE  where the copy goes; it must not exist yet',
  flags: { storagePath: directory('storage.path', 'Directory of the store.', 'data/') },
  run({ storagePath }, words, { stdout }) {
    const [target] = words;
    if (target === undefined || words.length > 1) throw new FlagError('expected one FILE');
    backupStore(storagePath, target);
    stdout.write(`The store of ${storagePath} was copied to ${target}\n`);
    return 0;
  },
});
