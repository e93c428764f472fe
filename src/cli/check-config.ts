import { checkTemplates, pipelineOf, registry } from '../app/load.ts';
import { nullLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { checkFiles } from './check-files.ts';
import { defineCommand } from './command.ts';
import { FlagError } from './flag-types.ts';
import { VERSION } from './version.ts';

/** `tocsin check-config FILE...`: finds everything that a start would find wrong, without starting. */
export const checkConfig = defineCommand({
  name: 'check-config',
  usage: ['FILE...'],
  notes: '  Validates configuration files and prints a summary, or all errors.',
  flags: {},
  run(_flags, files, { stdout }) {
    if (files.length === 0) throw new FlagError('expected at least one FILE');
    const options = {
      mode: 'fallback',
      externalURL: 'http://localhost:9093',
      version: VERSION,
      alertmanagerVersion: '',
      clock: systemClock,
      logger: nullLogger,
    } as const;
    const build = async (config: Parameters<typeof pipelineOf>[0]): Promise<void> => {
      await pipelineOf(config, options);
    };
    return checkFiles(files, { mode: options.mode, ...registry, checkTemplates, build }, stdout);
  },
});
