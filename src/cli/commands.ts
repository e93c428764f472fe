import { checkTemplates, pipelineOf, registry } from '../app/load.ts';
import { nullLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { checkConfig } from './check-config.ts';
import { helped, type Output } from './usage.ts';
import { VERSION } from './version.ts';

const USAGE = `usage: tocsin check-config FILE...
  says what each configuration holds, or everything that is wrong with it
`;

/** `tocsin check-config FILE...`: everything that a start would find wrong, found without starting. */
export async function checkConfigCommand(files: readonly string[], out: Output = process): Promise<number> {
  if (helped(files, USAGE, out)) return 0;
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
      checkTemplates,
      build: async (config) => {
        await pipelineOf(config, options);
      },
    },
    out.stdout,
  );
}
