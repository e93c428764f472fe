import { globSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';

/** A template of a configuration file, and whether Alertmanager renders it as HTML. */
export interface ConfiguredString {
  /** Such as `tickets.jira_configs[0].summary`. */
  readonly where: string;
  readonly text: string;
  readonly mode: 'text' | 'html';
}

interface AlertmanagerFile {
  readonly templates?: readonly string[];
  readonly receivers: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
}

/** The files that `templates` matches, in Alertmanager's order. */
export function filesOf(directory: string, text: string): string[] {
  const { templates = [] } = load(text) as AlertmanagerFile;
  return templates.flatMap((glob) =>
    globSync(path.resolve(directory, glob))
      .sort()
      .map((file) => path.resolve(directory, file)),
  );
}

/** All strings of the receivers that hold a template, and keys of payloads that do. */
export function stringsOf(text: string): ConfiguredString[] {
  const found: ConfiguredString[] = [];
  for (const { name, ...kinds } of (load(text) as AlertmanagerFile).receivers) {
    for (const [kind, entries] of Object.entries(kinds)) {
      (entries as readonly Record<string, unknown>[]).forEach((entry, index) => {
        collect(entry, `${name}.${kind}[${index}]`, (key) => modeOf(kind, key, entry), found);
      });
    }
  }
  return found;
}

function modeOf(kind: string, key: string, entry: Readonly<Record<string, unknown>>): 'text' | 'html' {
  if (kind === 'email_configs') return key === 'html' ? 'html' : 'text';
  if (kind === 'telegram_configs') return key === 'message' && entry.parse_mode === 'HTML' ? 'html' : 'text';
  return kind === 'pushover_configs' && key === 'message' && entry.html === true ? 'html' : 'text';
}

function collect(
  value: unknown,
  where: string,
  mode: (key: string) => 'text' | 'html',
  found: ConfiguredString[],
  top = '',
): void {
  if (typeof value === 'string') {
    if (value.includes('{{')) found.push({ where, text: value, mode: mode(top) });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (key.includes('{{')) found.push({ where: `${where}.key ${key}`, text: key, mode: 'text' });
      collect(child, `${where}.${key}`, mode, found, top === '' ? key : top);
    }
  }
}
