import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestProcess, temporaryDirectory } from './process.ts';

/** Something that speaks Alertmanager's HTTP API, in a process of its own. */
export interface AlertmanagerLike {
  readonly process: TestProcess;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Its directory: `config.yml` and `data/`. */
  readonly directory: string;
  /** Writes the configuration anew; the caller has it reloaded. */
  configure(config: string): void;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Further flags, e.g. `--web.route-prefix=/am`. Without one of the cluster's there is no clustering. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it keeps its state; default: `data/` in its own directory, which goes with it. */
  readonly storage?: string;
}

/** Starts Debian's Alertmanager on a free loopback port. @param config the text of its configuration. */
export function startAlertmanager(config: string, options: StartOptions = {}): Promise<AlertmanagerLike> {
  return startAlertmanagerLike('prometheus-alertmanager', [], config, options);
}

/** Starts a program that takes Alertmanager's flags and logs where it listens. */
export async function startAlertmanagerLike(
  command: string,
  args: readonly string[],
  config: string,
  { flags = [], env, storage }: StartOptions,
): Promise<AlertmanagerLike> {
  const directory = temporaryDirectory('alertmanager');
  const file = join(directory.path, 'config.yml');
  writeFileSync(file, config);
  const program = TestProcess.start(
    command,
    [
      ...args,
      `--config.file=${file}`,
      `--storage.path=${storage ?? join(directory.path, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      ...(flags.some((flag) => flag.startsWith('--cluster.')) ? [] : ['--cluster.listen-address=']),
      ...flags,
    ],
    env ? { env } : {},
  );
  try {
    const [, address = ''] = await program.waitForOutput(/Listening on"? address=(\S+)/);
    return {
      process: program,
      url: `http://${address}`,
      directory: directory.path,
      configure: (text) => writeFileSync(file, text),
      async stop() {
        await program.stop();
        directory.remove();
      },
    };
  } catch (error) {
    await program.stop('SIGKILL');
    directory.remove();
    throw error;
  }
}
