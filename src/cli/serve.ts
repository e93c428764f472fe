import { App } from '../app/app.ts';
import { ConfigError } from '../config/config-error.ts';
import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { appOptions } from './app-options.ts';
import type { Flags } from './flags.ts';

const NO_CLUSTER =
  '--cluster.peer is ignored: replicas do not share what they have notified of, so EVERY replica that gets an alert notifies; run one replica';

/**
 * Runs the service until SIGINT or SIGTERM; SIGHUP reloads.
 * @returns the exit code: 0 after a signal, 1 when the start failed (one line in the log says why).
 */
export async function serve(flags: Flags, version: string): Promise<number> {
  const logger = createLogger(flags.logLevel, flags.logFormat);
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
  const started = Promise.withResolvers<App>();
  // From the first moment on: unhandled, the signal ends the process. What is wrong with the file is in the log.
  process.on('SIGHUP', () => {
    started.promise.then((app) => app.reload()).catch(() => {});
  });
  logger.info('Starting Tocsin', { version, node: process.version });
  let app: App;
  try {
    app = await App.start(appOptions(flags, version), { clock: systemClock, logger });
  } catch (error) {
    // One of them may be the cause: templates that were not found, for example.
    if (error instanceof ConfigError)
      for (const warning of error.warnings) logger.warn(warning, { component: 'configuration' });
    logger.error('tocsin exited with error', { err: error, ...hint(error, flags) });
    return 1;
  }
  started.resolve(app);
  if (flags.clusterPeers.length > 0) logger.warn(NO_CLUSTER, { peers: flags.clusterPeers.join(',') });
  logger.info('Received a signal, stopping', { signal: await stopped });
  await app.stop();
  logger.info('See you next time!');
  return 0;
}

/** What to do about a configuration file, where the error's text cannot know of flags and commands. */
function hint(error: unknown, { configFile }: Flags): { readonly hint?: string } {
  // The web server's file has errors of this kind too.
  if (!(error instanceof ConfigError) || error.file !== configFile) return {};
  if (error.problems.some(({ line }) => line === 0)) return { hint: 'name the file with --config.file' };
  return error.problems.length > 1 ? { hint: `tocsin check-config ${configFile} shows them one per line` } : {};
}
