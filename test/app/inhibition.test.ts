import { expect, it } from 'vitest';
import { parseMatchers } from '../../src/alert/parse-matchers.ts';
import { Harness } from '../support/engine.ts';

it('a source that was found resolved and fires again inhibits again', async () => {
  const matchers = (name: string) => parseMatchers(`alertname=${name}`, 'utf8').matchers;
  const rule = { name: '', sourceMatchers: matchers('source'), targetMatchers: matchers('target'), equal: [] };
  const h = await Harness.start({ inhibitRules: [rule] });
  const muted = async (): Promise<boolean> => {
    await h.push('target', { end: 86_400 });
    const target = [...h.engine.intake.records()].find(({ labels }) => labels.get('alertname') === 'target');
    return target !== undefined && h.engine.inhibitor.mutes(target.labels, h.clock.now()).length > 0;
  };
  await h.push('source', { end: 0 });
  expect(await muted()).toBe(false);
  await h.push('source', { end: 60 });
  expect(await muted()).toBe(true);
  await h.seconds(60);
  expect(await muted()).toBe(false);
  await h.push('source', { end: 60 });
  expect(await muted()).toBe(true);
});
