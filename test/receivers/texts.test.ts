import { expect, test } from 'vitest';
import { PermanentError } from '../../src/receivers/receiver.ts';
import { htmlCompiler, textCompiler } from '../../src/receivers/texts.ts';
import { createTemplates, type TemplateOptions } from '../../src/templating/create-templates.ts';
import { alert, data } from '../templating/support.ts';

const BAD = '{{ index .Alerts 9 }}';
const one = data([alert({ alertname: 'DiskFull' }, { annotations: { summary: '<95 %> & more' } })]);

async function compilers(options: Partial<TemplateOptions> = {}) {
  const failed: string[] = [];
  const templates = await createTemplates({
    userGlobs: [],
    failed: (error) => failed.push((error as Error).message),
    ...options,
  });
  return { text: textCompiler('slack', templates), html: htmlCompiler('telegram', templates), failed };
}

test('a text that people read says that its template failed, and what fires', async () => {
  const { text, html, failed } = await compilers();
  expect(text('title', BAD, 'slack.default.title')(one)).toBe('[FIRING:1] DiskFull (its template failed)');
  const message = text('fields[0].text', BAD)(one);
  expect(message).toMatch(
    /^The template of this notification failed, so this is plain text\.\n\nexecute fields\[0\]\.text template: /,
  );
  expect(message).toContain('\n- alertname=DiskFull: <95 %> & more\n');
  expect(html('message', BAD)(one)).toContain('\n- alertname=DiskFull: &lt;95 %&gt; &amp; more\n');
  expect(failed).toHaveLength(3);
});

test("what a message does without becomes Alertmanager's default, or nothing", async () => {
  const { text, failed } = await compilers();
  expect(text('color', BAD, 'slack.default.color')(one)).toBe('danger');
  expect(text('icon_url', BAD)(one)).toBe('');
  expect(failed).toEqual(Array.from({ length: 2 }, () => expect.stringContaining('index out of range: 9')));
});

test('where it cannot be known whom to send to, the notification fails', async () => {
  const { text, failed } = await compilers();
  expect(() => text('channel', BAD)(one)).toThrow(PermanentError);
  expect(failed).toEqual([]);
});

test('defaults are Go whatever language is set', async () => {
  const { text, html } = await compilers({ language: 'handlebars' });
  expect(text('title', undefined, 'slack.default.title')(one)).toBe('[FIRING:1]  (DiskFull)');
  expect(html('message', undefined, 'telegram.default.message')(one)).toContain('Alerts Firing:');
  expect(text('title', '{{status}}', 'slack.default.title')(one)).toBe('firing');
});
