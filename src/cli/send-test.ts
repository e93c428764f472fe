import { parseArgs } from 'node:util';
import { pipelineOf, readConfig } from '../app/load.ts';
import { closeReceivers } from '../app/pipeline.ts';
import { testReceiver } from '../app/test-receiver.ts';
import { nullLogger } from '../log/logger.ts';
import type { TestOutcome, TestReport } from '../notify/send-test.ts';
import { TEST_SOURCES } from '../notify/test-samples.ts';
import { systemClock } from '../time/clock.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { ALERTMANAGER_VERSION } from './http-options.ts';
import { helped, type Output } from './usage.ts';
import { VERSION } from './version.ts';

interface Options {
  readonly receiver: string;
  readonly source: string | undefined;
  readonly configFile: string;
  readonly externalURL: string;
}

const USAGE = `usage: tocsin send-test --receiver NAME [FLAGS]
  --receiver NAME           a receiver of the configuration
  --source NAME             what the test looks like: ${TEST_SOURCES.join(', ')} (default: a plain test)
  --config.file FILE        the configuration (default: config/tocsin.yml of the package)
  --web.external-url URL    where the mail's links lead (default: http://localhost:9093)
`;

/**
 * `tocsin send-test ...`: sends a test through a receiver as the file has it, whether a Tocsin runs or not, and prints
 * what the servers say.
 * @param args what follows `send-test` on the command line.
 * @returns the exit code: 0 when everybody took it.
 */
export async function sendTestCommand(args: readonly string[], out: Output = process): Promise<number> {
  if (helped(args, USAGE, out)) return 0;
  let options: Options;
  try {
    options = optionsOf(args);
  } catch (error) {
    out.stderr.write(`tocsin: send-test: ${(error as Error).message}\n${USAGE}`);
    return 1;
  }
  try {
    const report = await test(options);
    for (const outcome of report.integrations) out.stdout.write(`${report.receiver}/${lineOf(outcome)}\n`);
    return report.ok ? 0 : 1;
  } catch (error) {
    out.stderr.write(`tocsin: ${(error as Error).message}\n`);
    return 1;
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      receiver: { type: 'string' },
      source: { type: 'string' },
      'config.file': { type: 'string', default: DEFAULT_CONFIG },
      'web.external-url': { type: 'string', default: 'http://localhost:9093' },
    },
  });
  const { receiver, source } = values;
  if (receiver === undefined) throw new Error('--receiver is missing');
  if (source !== undefined && !TEST_SOURCES.includes(source)) {
    throw new Error(`--source is one of ${TEST_SOURCES.join(', ')}, not ${JSON.stringify(source)}`);
  }
  return {
    receiver,
    source,
    configFile: values['config.file'],
    externalURL: values['web.external-url'].replace(/\/+$/, ''),
  };
}

async function test({ receiver, source, configFile, externalURL }: Options): Promise<TestReport> {
  const mode = 'fallback';
  const config = await readConfig(configFile, { mode });
  const environment = { mode, externalURL, version: VERSION, alertmanagerVersion: ALERTMANAGER_VERSION } as const;
  const pipeline = await pipelineOf(config, { ...environment, clock: systemClock, logger: nullLogger });
  const report = await testReceiver(pipeline, receiver, source, { clock: systemClock });
  // What keeps connections would keep the process alive.
  await closeReceivers(pipeline);
  if (!report) {
    const names = config.receivers.map(({ name }) => JSON.stringify(name)).join(', ');
    throw new Error(`${configFile} has no receiver ${JSON.stringify(receiver)}; it has ${names}`);
  }
  if (report.integrations.length === 0) throw new Error(`receiver ${JSON.stringify(receiver)} has nothing that sends`);
  return report;
}

function lineOf({ integration, ok, answer = '', error = '' }: TestOutcome): string {
  return `${integration}: ${ok ? answer : ['FAILED', error, answer].filter(Boolean).join(': ')}`;
}
