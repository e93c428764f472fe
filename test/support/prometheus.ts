import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { TestProcess, temporaryDirectory } from './process.ts';

export interface Prometheus {
  readonly process: TestProcess;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly directory: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's Prometheus on a free loopback port.
 * @param files by name, written beside each other; `prometheus.yml` is the configuration and may name the others.
 */
export async function startPrometheus(files: Readonly<Record<string, string>>): Promise<Prometheus> {
  const directory = temporaryDirectory('prometheus');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory.path, name), text);
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = TestProcess.start('prometheus', [
    `--config.file=${join(directory.path, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(directory.path, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    // Alerts leave as soon as they fire, and again every few seconds instead of minutes.
    '--rules.alert.resend-delay=2s',
  ]);
  const stop = async (): Promise<void> => {
    await program.stop();
    directory.remove();
  };
  try {
    await program.waitFor('readiness', async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true);
    return { process: program, url, directory: directory.path, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
