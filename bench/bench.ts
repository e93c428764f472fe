import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { run } from '../test/support/process.ts';
import { isMet, type MetricResult, ratios, type ScenarioResult, table } from './report.ts';
import type { Scenario, Settings, Sink } from './scenario.ts';
import { backlog } from './scenarios/backlog.ts';
import { newAlerts, resend } from './scenarios/ingest.ts';
import { latency } from './scenarios/latency.ts';
import { mails } from './scenarios/mails.ts';
import { memory } from './scenarios/memory.ts';
import { messages } from './scenarios/messages.ts';
import { reads } from './scenarios/reads.ts';
import { inhibition, routes, silences } from './scenarios/rules.ts';
import { slopes } from './scenarios/slopes.ts';
import { start } from './scenarios/start.ts';
import { visible } from './scenarios/visible.ts';
import { reference, type SubjectName, startSubject } from './subject.ts';

const SCENARIOS: readonly Scenario[] = [
  resend,
  newAlerts,
  visible,
  reads,
  silences,
  routes,
  inhibition,
  ...mails,
  ...messages,
  latency,
  start,
  memory,
  ...slopes,
  backlog,
];
const USAGE = `usage: npm run bench -- [--only 1,4] [--pairs 3] [--quick] [--json FILE] [--alertmanager COMMAND]
Measures Tocsin beside Debian's prometheus-alertmanager, or the one given, in turn and alone on the machine, each started afresh.
Scenarios: ${SCENARIOS.map(({ number, name }) => `\n  ${number}. ${name}`).join('')}`;

/** A webhook receiver in this process. */
async function startSink(): Promise<Sink & { close(): void }> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { alerts } = JSON.parse(body) as { alerts?: { labels: Record<string, string> }[] };
      sink.onRequest();
      if (alerts) sink.onAlerts(alerts.map(({ labels }) => labels));
      // As Slack says.
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    onRequest: (): void => {},
    onAlerts: (_labels: readonly Readonly<Record<string, string>>[]): void => {},
    close: () => server.close(),
  };
  return sink;
}

async function measure(
  scenario: Scenario,
  name: SubjectName,
  settings: Settings,
  sink: Sink,
): Promise<readonly number[]> {
  const subject = await startSubject(name, await scenario.config(sink.url, name), scenario.flags);
  try {
    sink.onRequest = () => {};
    sink.onAlerts = () => {};
    return await scenario.run(subject, settings, sink);
  } finally {
    await subject.stop();
  }
}

/** A, B, A, B ...: what the machine does over time hits both alike. */
async function compare(scenario: Scenario, pairs: number, settings: Settings, sink: Sink): Promise<ScenarioResult> {
  const samples: { alertmanager: readonly number[]; tocsin: readonly number[] }[] = [];
  for (let i = 0; i < pairs; i++) {
    process.stderr.write(`${scenario.number}. ${scenario.name}: pair ${i + 1} of ${pairs}\n`);
    const alertmanager = await measure(scenario, 'Alertmanager', settings, sink);
    samples.push({ alertmanager, tocsin: await measure(scenario, 'Tocsin', settings, sink) });
  }
  const metrics = scenario.metrics.map((metric, i): MetricResult => {
    const of = (name: 'alertmanager' | 'tocsin'): number[] => samples.map((pair) => pair[name][i] ?? Number.NaN);
    return { metric, alertmanager: of('alertmanager'), tocsin: of('tocsin') };
  });
  return { scenario, metrics };
}

async function machine(): Promise<string> {
  const { stdout, stderr } = await run(reference.command, ['--version']);
  const [, version = '?'] = /version (\S+)/.exec(stdout + stderr) ?? [];
  const memory = Math.round(totalmem() / 1e9);
  return `Alertmanager ${version}; Node ${process.version}; ${cpus().length} x ${cpus()[0]?.model.trim()}; ${memory} GB; Linux ${release()}`;
}

function choose(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((text) => {
    const scenario = SCENARIOS.find(({ number }) => number === Number(text));
    if (!scenario) throw new Error(`no scenario ${text}\n${USAGE}`);
    return scenario;
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      pairs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      alertmanager: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (values.alertmanager !== undefined) reference.command = values.alertmanager;
  const { quick } = values;
  const chosen = choose(values.only);
  const pairs = Number(values.pairs ?? (quick ? 1 : 3));
  const settings: Settings = { quick, seconds: quick ? 2 : 8 };
  const sink = await startSink();
  const results: ScenarioResult[] = [];
  console.log(`${await machine()}\n`);
  for (const scenario of chosen) {
    const result = await compare(scenario, pairs, settings, sink);
    results.push(result);
    console.log(table(result));
  }
  sink.close();
  const targets = results.flatMap(({ metrics }) => metrics).filter((result) => isMet(result) !== undefined);
  console.log(`${targets.filter(isMet).length} of ${targets.length} targets met`);
  if (values.json !== undefined) writeFileSync(values.json, toJson(await machine(), results));
}

function toJson(where: string, results: readonly ScenarioResult[]): string {
  const scenarios = results.map(({ scenario: { number, name }, metrics }) => ({
    number,
    name,
    metrics: metrics.map((result) => ({ ...result, ratios: ratios(result), met: isMet(result) })),
  }));
  return `${JSON.stringify({ machine: where, scenarios }, null, 2)}\n`;
}

await main();
