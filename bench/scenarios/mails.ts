import { certificates } from '../../test/support/certificates.ts';
import { benchAlert, postAlerts, range } from '../alerts.ts';
import { HealthProbe } from '../health.ts';
import type { Metric, Scenario } from '../scenario.ts';
import { SmtpSink, type SmtpSinkOptions } from '../smtp-sink.ts';
import type { Subject } from '../subject.ts';

/** ms after which a run that brings no more mails is over. */
const PATIENCE = 60_000;

let current: SmtpSink | undefined;

/** The sink of the run that is being configured; the one before is closed. */
async function freshSink(options: SmtpSinkOptions): Promise<SmtpSink> {
  current?.close();
  current = await SmtpSink.start(options);
  return current;
}

/** One mail per alert. */
function mailConfig(smtp: string, secure: boolean): unknown {
  return {
    global: {
      smtp_smarthost: smtp,
      smtp_from: 'bench@example.org',
      smtp_require_tls: secure,
      ...(secure && { smtp_auth_username: 'bench', smtp_auth_password: 'secret' }),
    },
    route: { receiver: 'mail', group_by: ['...'], group_wait: '0s', group_interval: '1m' },
    receivers: [
      {
        name: 'mail',
        email_configs: [{ to: 'soc@example.org', ...(secure && { tls_config: { insecure_skip_verify: true } }) }],
      },
    ],
  };
}

/** Posts alerts and waits for their mails. @returns mails per second, CPU ms per mail, /-/healthy p99. */
async function mail(subject: Subject, sink: SmtpSink, count: number): Promise<[number, number, number]> {
  const health = await HealthProbe.start(subject.url);
  const cpu = subject.cpuSeconds();
  const start = performance.now();
  await postAlerts(
    subject.url,
    range(count).map((n) => benchAlert(n, Date.now() + 3_600_000)),
  );
  while (sink.mails < count) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (performance.now() - start > PATIENCE) break;
  }
  const seconds = (performance.now() - start) / 1_000;
  return [sink.mails / seconds, ((subject.cpuSeconds() - cpu) * 1_000) / sink.mails, await health.stop()];
}

const HEALTHY: Metric = { name: '/-/healthy p99', unit: 'ms', target: { of: 'value', atMost: 20 } };

function mailScenario(
  number: number,
  name: string,
  count: number,
  options: () => SmtpSinkOptions,
  metrics: readonly [Metric, Metric],
  more: readonly Metric[],
): Scenario {
  return {
    number,
    name,
    metrics: [...metrics, HEALTHY, ...more],
    async config() {
      const { certificate } = options();
      return mailConfig((await freshSink(options())).address, certificate !== undefined);
    },
    async run(subject, { quick }) {
      const sink = current as SmtpSink;
      const measured = await mail(subject, sink, quick ? count / 10 : count);
      const found = [sink.mostConnections, sink.refused].slice(0, more.length);
      sink.close();
      return [...measured, ...found];
    },
  };
}

const perSecond = (atLeast: number): Metric => ({ name: 'mails', unit: '/s', target: { of: 'ratio', atLeast } });
const cpu: Metric = { name: 'CPU per mail', unit: 'ms' };
const farAway = (): SmtpSinkOptions => ({ certificate: certificates().good, setUpDelay: 20 });
const CONNECTIONS = 'most connections at once';

export const mails: readonly Scenario[] = [
  mailScenario(
    8,
    '5,000 mails without TLS',
    5_000,
    () => ({}),
    [perSecond(1.1), { ...cpu, target: { of: 'ratio', atMost: 0.85 } }],
    [{ name: CONNECTIONS, unit: '' }],
  ),
  mailScenario(
    9,
    '1,000 mails over STARTTLS and AUTH, 20 ms per set-up reply',
    1_000,
    farAway,
    [perSecond(1.1), { ...cpu, target: { of: 'ratio', atMost: 0.85 } }],
    [{ name: CONNECTIONS, unit: '', target: { of: 'value', atMost: 10 } }],
  ),
  mailScenario(
    9.1,
    'the same, to a server that allows 20 connections',
    1_000,
    () => ({ ...farAway(), connections: 20 }),
    [perSecond(1.1), { ...cpu, target: { of: 'ratio', atMost: 0.85 } }],
    [
      { name: CONNECTIONS, unit: '' },
      { name: 'refused connections', unit: '', target: { of: 'value', atMost: 0 } },
    ],
  ),
];
