import { ConfigError } from '../config/config-error.ts';
import { type LoadOptions, loadConfigFile } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import type { Output } from './command.ts';

export interface CheckOptions<B = unknown> extends Omit<LoadOptions<B>, 'file'> {
  /** Does what a start does with a configuration that can be read. @throws Error when that fails. */
  readonly build?: (config: Config<B>) => void | Promise<void>;
}

/**
 * Prints what each file holds (worded as amtool does) and its warnings, or everything that is wrong with it. @returns the exit code: 0, or 1 when a file cannot be used.
 */
export async function checkFiles<B>(
  files: readonly string[],
  options: CheckOptions<B>,
  out: Output['stdout'],
): Promise<number> {
  let failed = 0;
  for (const file of files) {
    out.write(`Checking '${file}'`);
    const report = await checkFile(file, options);
    out.write(`${report.lines.join('\n')}\n\n`);
    if (!report.good) failed++;
  }
  if (failed > 0) out.write(`failed to validate ${failed} file(s)\n`);
  return failed > 0 ? 1 : 0;
}

async function checkFile<B>(file: string, options: CheckOptions<B>): Promise<{ good: boolean; lines: string[] }> {
  try {
    const config = await loadConfigFile(file, options);
    await options.build?.(config);
    const templates = config.templates.length > 0 ? ['  SUCCESS'] : [];
    return { good: true, lines: ['  SUCCESS', ...found(config), ...warnings(config), ...templates] };
  } catch (error) {
    const odd = error instanceof ConfigError ? warnings(error) : [];
    return { good: false, lines: ['  FAILED:', ...indent((error as Error).message), ...odd] };
  }
}

function found(config: Config): string[] {
  return [
    'Found:',
    ' - global config',
    ' - route',
    ` - ${config.inhibitRules.length} inhibit rules`,
    ` - ${config.receivers.length} receivers`,
    ` - ${config.templates.length} templates`,
  ];
}

function warnings({ warnings }: Pick<Config, 'warnings'>): string[] {
  if (warnings.length === 0) return [];
  return ['Warnings:', ...warnings.map((warning) => ` - ${warning}`)];
}

function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`);
}
