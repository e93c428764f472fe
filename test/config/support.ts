import { ConfigError } from '../../src/config/config-error.ts';
import { type LoadOptions, loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/types.ts';
import type { BuildReceiver } from '../../src/receivers/define-receiver.ts';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { sources } from '../../src/sources/registry.ts';

/** As the server loads, under a name that stands in a directory of its own. */
export const options: LoadOptions<BuildReceiver> = {
  file: '/etc/tocsin/tocsin.yml',
  mode: 'fallback',
  integrations: receiverKinds,
  sources,
};

export function load(text: string, overrides: Partial<LoadOptions<BuildReceiver>> = {}): Config<BuildReceiver> {
  return loadConfig(text, { ...options, ...overrides });
}

/** What is wrong with a file, each as `line:column: path: message`; empty when it loads. */
export function problemsOf(text: string, overrides: Partial<LoadOptions<BuildReceiver>> = {}): string[] {
  try {
    load(text, { file: 'f', ...overrides });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^f:/, ''));
  }
}

/** A file with a root route to a receiver `r`, whose entries are the given YAML (indented by 2). */
export function withReceiver(entries: string, rest = ''): string {
  return `route:\n  receiver: r\nreceivers:\n- name: r\n${entries}\n${rest}`;
}

/** The first integration's configuration of such a file. */
export function integrationOf<C>(text: string, overrides: Partial<LoadOptions<BuildReceiver>> = {}): C {
  return load(text, overrides).receivers[0]?.integrations[0]?.config as C;
}
