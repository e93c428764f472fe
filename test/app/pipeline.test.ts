import { expect, test } from 'vitest';
import { buildPipeline, type PipelineContext } from '../../src/app/pipeline.ts';
import type { Config } from '../../src/config/types.ts';
import type { BuildReceiver } from '../../src/receivers/define-receiver.ts';
import type { Receiver } from '../../src/receivers/receiver.ts';
import { load } from '../config/support.ts';
import { testContext } from '../receivers/support/context.ts';

class ClosableReceiver implements Receiver {
  closed = false;

  async send(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
  }
}

const CONFIG = `
route: {receiver: a, routes: [{receiver: b, matchers: [x=y], labels: {z: LABEL}}]}
receivers:
- {name: a, webhook_configs: [{url: 'http://a.example'}]}
- {name: b, webhook_configs: [{url: 'http://b.example'}]}
- {name: unused, webhook_configs: [{url: 'http://c.example'}]}
`;

/** A configuration whose receivers are kept in `made`. */
function closable(text: string): { made: ClosableReceiver[]; config: Config<BuildReceiver> } {
  const made: ClosableReceiver[] = [];
  const build: BuildReceiver = () => {
    const receiver = new ClosableReceiver();
    made.push(receiver);
    return receiver;
  };
  const config = load(text);
  const receivers = config.receivers.map((receiver) => {
    return { ...receiver, integrations: receiver.integrations.map((integration) => ({ ...integration, build })) };
  });
  return { made, config: { ...config, receivers } };
}

const context: PipelineContext = await testContext();

test('builds the receivers that routes use', () => {
  const { made, config } = closable(CONFIG.replace('LABEL', 'plain'));
  expect([...buildPipeline(config, context).integrations.keys()]).toEqual(['a', 'b']);
  expect(made.map(({ closed }) => closed)).toEqual([false, false]);
});

test('what fails in the end leaves no receiver open', () => {
  const { made, config } = closable(CONFIG.replace('LABEL', "'{{#each}'"));
  expect(() => buildPipeline(config, context)).toThrow('label z of route {}/{x="y"}/0');
  expect(made.map(({ closed }) => closed)).toEqual([true, true]);
});
