import { BATCH, benchAlert, postAlerts, range } from '../alerts.ts';
import { HealthProbe } from '../health.ts';
import type { Metric, Scenario } from '../scenario.ts';
import type { Subject } from '../subject.ts';
import { luaString, type WrkResult, wrk } from '../wrk.ts';

const HEALTHY: Metric = { name: '/-/healthy p99', unit: 'ms', target: { of: 'value', atMost: 20 } };

/** Alerts are grouped by name and wait for their receiver during the load. */
export function groupedConfig(sink: string): unknown {
  return {
    route: {
      receiver: 'sink',
      group_by: ['alertname'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '4h',
    },
    receivers: [{ name: 'sink', webhook_configs: [{ url: sink }] }],
  };
}

interface Load {
  readonly result: WrkResult;
  readonly alertsPerSecond: number;
  /** CPU ms per 1,000 alerts. */
  readonly cpu: number;
  readonly healthy: number;
}

/** Posts batches of alerts for a while. @param lua see wrk. */
export async function ingest(subject: Subject, lua: string, seconds: number): Promise<Load> {
  const health = await HealthProbe.start(subject.url);
  const cpu = subject.cpuSeconds();
  const result = await wrk(`${subject.url}/api/v2/alerts`, lua, seconds);
  return {
    result,
    alertsPerSecond: result.requestsPerSecond * BATCH,
    cpu: ((subject.cpuSeconds() - cpu) * 1e6) / (result.requests * BATCH),
    healthy: await health.stop(),
  };
}

const ENDS_AT = '@ENDS_AT@';

/**
 * Re-sends known alerts as Prometheus does: the same alerts, a later endsAt each time. The bodies are cut at their
 * endsAt, so that a request costs the client one concatenation.
 */
export function resendLua(bodies: readonly string[]): string {
  const pieces = bodies.map((body) => `{${body.split(ENDS_AT).map(luaString).join(',')}}`);
  return `
local bodies = {${pieces.join(',\n')}}
local count, sent = #bodies, 0
local headers = {["Content-Type"] = "application/json"}
function request()
  sent = sent + 1
  local seconds = os.time() + 300
  local endsAt = os.date("!%Y-%m-%dT%H:%M:%S", seconds) .. string.format(".%03dZ", sent % 1000)
  return wrk.format("POST", nil, headers, table.concat(bodies[sent % count + 1], endsAt))
end
`;
}

/** Bodies of alerts `0..count`, each with a mark where its endsAt belongs. */
export function resendBodies(
  count: number,
  labels: (n: number) => Readonly<Record<string, string>> = () => ({}),
): string[] {
  const later = Date.now() + 300_000;
  const alerts = range(count).map((n) => ({ ...benchAlert(n, later, labels(n)), endsAt: ENDS_AT }));
  return range(Math.ceil(count / BATCH)).map((i) => JSON.stringify(alerts.slice(i * BATCH, (i + 1) * BATCH)));
}

const KNOWN = 9_984;

export const resend: Scenario = {
  number: 1,
  name: `re-sent known alerts, ${KNOWN} distinct, batches of ${BATCH}`,
  metrics: [
    { name: 'alerts', unit: '/s', target: { of: 'ratio', atLeast: 2 } },
    { name: 'CPU per 1,000 alerts', unit: 'ms', target: { of: 'ratio', atMost: 0.5 } },
    { name: 'p99 of a batch', unit: 'ms', target: { of: 'ratio', atMost: 1 } },
    { name: 'peak memory', unit: 'MB' },
    HEALTHY,
  ],
  config: groupedConfig,
  async run(subject, { seconds }) {
    await postAlerts(
      subject.url,
      range(KNOWN).map((n) => benchAlert(n, Date.now() + 300_000)),
    );
    const { alertsPerSecond, cpu, result, healthy } = await ingest(subject, resendLua(resendBodies(KNOWN)), seconds);
    return [alertsPerSecond, cpu, result.p99, subject.peakMemoryMB(), healthy];
  },
};

const SERIAL = '@SERIAL@';

/** Posts alerts that nobody has seen before: each has its own serial number. */
function newAlertsLua(): string {
  const later = Date.now() + 3_600_000;
  const alerts = range(BATCH).map((n) => benchAlert(n, later, { instance: SERIAL }));
  const pieces = JSON.stringify(alerts).split(SERIAL).map(luaString);
  return `
local pieces = {${pieces.join(',\n')}}
local body, serial = {}, 0
for i, piece in ipairs(pieces) do body[i * 2 - 1] = piece end
local headers = {["Content-Type"] = "application/json"}
function request()
  for i = 2, #pieces * 2 - 2, 2 do
    serial = serial + 1
    body[i] = "instance-" .. serial
  end
  return wrk.format("POST", nil, headers, table.concat(body))
end
`;
}

export const newAlerts: Scenario = {
  number: 2,
  name: 'new unique alerts',
  metrics: [
    { name: 'alerts', unit: '/s', target: { of: 'ratio', atLeast: 1.5 } },
    { name: 'memory per alert', unit: 'kB', target: { of: 'ratio', atMost: 1 } },
    { name: 'CPU per 1,000 alerts', unit: 'ms' },
    { name: 'p99 of a batch', unit: 'ms' },
    { name: 'peak memory', unit: 'MB' },
    HEALTHY,
  ],
  config: groupedConfig,
  async run(subject, { seconds }) {
    const before = subject.memoryMB();
    const load = await ingest(subject, newAlertsLua(), Math.min(seconds, 5));
    const alerts = load.result.requests * BATCH;
    const memory = ((subject.memoryMB() - before) * 1_000) / alerts;
    return [load.alertsPerSecond, memory, load.cpu, load.result.p99, subject.peakMemoryMB(), load.healthy];
  },
};
