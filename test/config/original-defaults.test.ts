import { readFileSync } from 'node:fs';
import { load as parse } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { receiverKinds } from '../../src/receivers/registry.ts';
import { load } from './support.ts';

type Entry = Readonly<Record<string, unknown>>;
interface Original {
  readonly receivers: readonly Readonly<Record<string, readonly Entry[]>>[];
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/alertmanager/${name}`, import.meta.url), 'utf8');
const ours = parse(load(fixture('every-kind.yml')).original) as Original;
/** `config.original` of Alertmanager 0.35.0 with the same file. */
const theirs = parse(fixture('every-kind-original.yml')) as Original;

/** Keys that stand differently on purpose. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // amtool takes nothing but a URL there.
  webhook: ['url'],
  // Which headers and parts an email has is decided when it is made.
  email: ['headers', 'html', 'tls_config'],
  // Trees of templates are not written back.
  pagerduty: ['details'],
  sns: ['sigv4'],
};

describe('what an entry does not set is shown as in Alertmanager', () => {
  test.each(receiverKinds.filter(({ isHidden }) => !isHidden))('$kind', ({ kind, key, shape }) => {
    const shown = ours.receivers[0]?.[key] ?? [];
    const expected = theirs.receivers[0]?.[key] ?? [];
    expect(shown.length).toBeGreaterThan(0);
    const keys = Object.keys(shape).filter((name) => !shape[name]?.isHidden && !OTHERWISE[kind]?.includes(name));
    const comparable = (entries: readonly Entry[]): Entry[] =>
      entries.map((entry) =>
        Object.fromEntries(keys.filter((name) => name in entry).map((name) => [name, entry[name]])),
      );
    expect(comparable(shown)).toEqual(comparable(expected));
  });
});
