import { pipelineOf, readConfig } from '../app/load.ts';
import { closeReceivers } from '../app/pipeline.ts';
import { testReceiver } from '../app/test-receiver.ts';
import { nullLogger } from '../log/logger.ts';
import type { TestOutcome, TestReport } from '../notify/send-test.ts';
import { TEST_SOURCES, type TestRequest } from '../notify/test-samples.ts';
import { systemClock } from '../time/clock.ts';
import { defineCommand } from './command.ts';
import { FlagError, oneOf, text, texts } from './flag-types.ts';
import { configFileFlag } from './shared-flags.ts';
import { ALERTMANAGER_VERSION, VERSION } from './version.ts';

interface Options extends TestRequest {
  readonly receiver: string;
  readonly configFile: string;
  readonly externalURL: string;
}

/**
 * `tocsin send-test`: sends a test through a receiver of a configuration file, whether a Tocsin runs or not, and prints
 * what the servers answered. Exit code 0 when all integrations succeeded.
 */
export const sendTest = defineCommand({
  name: 'send-test',
  usage: ['--receiver NAME [FLAGS]'],
  notes: '',
  flags: {
    receiver: text('receiver', 'A receiver of the configuration.', 'NAME'),
    source: {
      ...oneOf('source', 'What the test looks like (default: a plain test).', TEST_SOURCES, ''),
      initial: undefined as string | undefined,
      placeholder: 'NAME',
      help: `What the test looks like: ${TEST_SOURCES.join(', ')} (default: a plain test).`,
    },
    labels: {
      ...texts('label', 'A label that the test has, e.g. team=payments; repeatable.', 'NAME=VALUE', []),
      initial: {} as Readonly<Record<string, string>>,
      parse: (values: readonly string[]): Readonly<Record<string, string>> => Object.fromEntries(values.map(readLabel)),
    },
    configFile: configFileFlag,
    externalURL: text('web.external-url', 'Where links lead.', 'URL', 'http://localhost:9093'),
  },
  async run({ receiver, source, labels, configFile, externalURL }, words, out) {
    if (words[0] !== undefined) throw new FlagError(`unexpected argument '${words[0]}'`);
    if (receiver === '') throw new FlagError('--receiver is missing');
    const report = await test({ receiver, source, labels, configFile, externalURL: externalURL.replace(/\/+$/, '') });
    for (const outcome of report.integrations) out.stdout.write(`${report.receiver}/${lineOf(outcome)}\n`);
    return report.ok ? 0 : 1;
  },
});

function readLabel(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`expected NAME=VALUE, found ${JSON.stringify(text)}`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

async function test({ receiver, configFile, externalURL, ...request }: Options): Promise<TestReport> {
  const mode = 'fallback';
  const config = await readConfig(configFile, { mode });
  const environment = { mode, externalURL, version: VERSION, alertmanagerVersion: ALERTMANAGER_VERSION } as const;
  const pipeline = await pipelineOf(config, { ...environment, clock: systemClock, logger: nullLogger });
  const report = await testReceiver(pipeline, receiver, request, { clock: systemClock });
  // What keeps connections would keep the process alive.
  await closeReceivers(pipeline);
  if (!report) {
    const names = config.receivers.map(({ name }) => JSON.stringify(name)).join(', ');
    throw new Error(`${configFile} has no receiver ${JSON.stringify(receiver)}; it has ${names}`);
  }
  if (report.integrations.length === 0) throw new Error(`receiver ${JSON.stringify(receiver)} has no integrations`);
  return report;
}

function lineOf({ integration, ok, answer = '', error = '' }: TestOutcome): string {
  return `${integration}: ${ok ? answer : ['FAILED', error, answer].filter(Boolean).join(': ')}`;
}
