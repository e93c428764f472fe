import { pipelineOf, registry } from '../app/load.ts';
import { nullLogger } from '../log/logger.ts';
import { checkStrings } from '../templating/check-strings.ts';
import { systemClock } from '../time/clock.ts';
import { checkConfig } from './check-config.ts';
import { VERSION } from './version.ts';

/** `tocsin check-config FILE...`: everything that a start would find wrong, found without starting. */
export function checkConfigCommand(files: readonly string[]): Promise<number> {
  const options = {
    mode: 'fallback',
    externalURL: 'http://localhost:9093',
    version: VERSION,
    alertmanagerVersion: '',
    clock: systemClock,
    logger: nullLogger,
  } as const;
  return checkConfig(
    files,
    {
      mode: options.mode,
      ...registry,
      checkTemplates: checkStrings,
      build: async (config) => {
        await pipelineOf(config, options);
      },
    },
    process.stdout,
  );
}
