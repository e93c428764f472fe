import { describe, expect, test } from 'vitest';
import type { TemplateData } from '../../src/templating/data.ts';
import { templates } from './render.ts';
import { alert, data } from './support.ts';

function withNotes(notes: readonly string[]): TemplateData {
  const plain = data([alert({ alertname: 'A' })]);
  return { ...plain, tocsin: { ...plain.tocsin, notes } };
}

describe.each(templates.mailNames)('notes on recipients in the email %s', (name) => {
  test('stand at its end, escaped, each a paragraph', () => {
    const mail = templates.mail(name);
    const notes = ['annotation email is "<b>x</b>", so <script>', 'second'];
    const html = mail.html(withNotes(notes));
    expect(html).toContain('annotation email is &quot;&lt;b&gt;x&lt;/b&gt;&quot;, so &lt;script&gt;</p>');
    expect(html).toMatch(/>second<\/p>/);
    const text = mail.text(withNotes(notes));
    expect(text).toContain('Note: annotation email is "<b>x</b>", so <script>\n\nNote: second\n\n--\n');
  });

  test('are bounded, and show what is invisible', () => {
    const html = templates.mail(name).html(withNotes([`a\u202eb${'x'.repeat(100_000)}`]));
    expect(html).not.toContain('\u202e');
    expect(html.length).toBeLessThan(60_000);
  });

  test('leave no trace where there are none', () => {
    const { html, text } = templates.mail(name);
    expect(text(withNotes([]))).toBe(text(data([alert({ alertname: 'A' })])));
    expect(html(withNotes([]))).toBe(html(data([alert({ alertname: 'A' })])));
  });
});
