import { expect, test } from 'vitest';
import { buildPipeline, type PipelineContext } from '../../src/app/pipeline.ts';
import { nullLogger } from '../../src/log/logger.ts';
import type { Receiver } from '../../src/receivers/receiver.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { load } from '../config/support.ts';

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

async function context(): Promise<{ made: ClosableReceiver[]; context: PipelineContext }> {
  const made: ClosableReceiver[] = [];
  const createReceiver = (): Receiver => {
    const receiver = new ClosableReceiver();
    made.push(receiver);
    return receiver;
  };
  const templates = await createTemplates({ userGlobs: [] });
  return { made, context: { templates, externalURL: '', version: '', logger: nullLogger, createReceiver } };
}

test('builds the receivers that routes use', async () => {
  const { made, context: parts } = await context();
  const pipeline = buildPipeline(load(CONFIG.replace('LABEL', 'plain')), parts);
  expect([...pipeline.integrations.keys()]).toEqual(['a', 'b']);
  expect(made.map(({ closed }) => closed)).toEqual([false, false]);
});

test('what fails in the end leaves no receiver open', async () => {
  const { made, context: parts } = await context();
  const config = load(CONFIG.replace('LABEL', "'{{#each}'"));
  expect(() => buildPipeline(config, parts)).toThrow('label z of route {}/{x="y"}/0');
  expect(made.map(({ closed }) => closed)).toEqual([true, true]);
});
