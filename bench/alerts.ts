/** The alerts of the benchmarks: as Prometheus sends them, about 500 bytes each. */

export interface BenchAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

export const BATCH = 64;

/** Alert `n` of a fleet. @param endsAt ms since 1970. */
export function benchAlert(n: number, endsAt: number, labels: Readonly<Record<string, string>> = {}): BenchAlert {
  return {
    labels: {
      alertname: `HighLatency${n % 50}`,
      cluster: `cluster-${n % 100}`,
      instance: `10.0.${n}:9100`,
      job: 'node',
      namespace: `team-${n % 20}`,
      severity: n % 3 === 0 ? 'critical' : 'warning',
      ...labels,
    },
    annotations: {
      summary: `The latency of instance ${n} is high`,
      description:
        'The 99th percentile of request latency was above the objective of 300 ms for more than ten minutes.',
    },
    startsAt: new Date(endsAt - 600_000).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    generatorURL:
      'http://prometheus.example.org:9090/graph?g0.expr=histogram_quantile%280.99%2C+rate%28x%5B5m%5D%29%29',
  };
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Posts alerts in batches, one after the other over one connection. @throws Error unless every answer is 200. */
export async function postAlerts(url: string, alerts: readonly BenchAlert[], batch = BATCH): Promise<void> {
  for (let i = 0; i < alerts.length; i += batch) {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(alerts.slice(i, i + batch)),
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`POST ${url}/api/v2/alerts: ${response.status}`);
  }
}
