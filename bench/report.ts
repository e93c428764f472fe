import type { Metric, Scenario } from './scenario.ts';
import { median } from './statistics.ts';

/** One metric over all pairs of one scenario. */
export interface MetricResult {
  readonly metric: Metric;
  readonly alertmanager: readonly number[];
  readonly tocsin: readonly number[];
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly metrics: readonly MetricResult[];
}

/** Tocsin / Alertmanager, pair by pair. */
export function ratios({ alertmanager, tocsin }: MetricResult): number[] {
  return tocsin.map((value, i) => value / (alertmanager[i] ?? Number.NaN));
}

/** undefined without a target. */
export function isMet(result: MetricResult): boolean | undefined {
  const { target } = result.metric;
  if (!target) return undefined;
  const value = target.of === 'ratio' ? median(ratios(result)) : median(result.tocsin);
  return value >= (target.atLeast ?? -Infinity) && value <= (target.atMost ?? Infinity);
}

/** A Markdown table. */
export function table({ scenario, metrics }: ScenarioResult): string {
  const rows = metrics.map((result) => {
    const { name, unit } = result.metric;
    const cells = [
      `${name} (${unit})`,
      short(median(result.alertmanager)),
      short(median(result.tocsin)),
      `${short(median(ratios(result)))} (${ratios(result).map(short).join(', ')})`,
      targetText(result.metric),
      { true: 'yes', false: 'NO', undefined: '' }[`${isMet(result)}`],
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `### ${scenario.number}. ${scenario.name}`,
    '',
    '| medians | Alertmanager | Tocsin | Tocsin / Alertmanager (by pair) | target | met |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function targetText({ target, unit }: Metric): string {
  if (!target) return '';
  const limit = target.atLeast === undefined ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
  return target.of === 'ratio' ? `${limit} x` : `${limit} ${unit}`;
}

/** Three digits that matter. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value >= 1_000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
