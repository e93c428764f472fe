import { DUMP_SCHEMA, dump } from 'js-yaml';

/** The file's sections as data, in Alertmanager's order and with its names. */
export interface OriginalSections {
  readonly global: unknown;
  readonly route: unknown;
  readonly inhibit_rules: readonly unknown[];
  readonly receivers: readonly unknown[];
  readonly templates: readonly string[];
  readonly mute_time_intervals: readonly unknown[];
  readonly time_intervals: readonly unknown[];
}

/** Writes `config.original`: the effective configuration, which Tocsin and Alertmanager from 0.25 on can read back. */
export function writeOriginal(sections: OriginalSections): string {
  const data = Object.entries(sections).filter(
    ([key, value]) => key === 'templates' || !Array.isArray(value) || value.length > 0,
  );
  return dump(Object.fromEntries(data), {
    schema: DUMP_SCHEMA,
    seqNoIndent: true,
    lineWidth: -1,
    noRefs: true,
  });
}
