import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Mailbox } from '../../src/demo/mailbox.ts';
import { MailboxPage } from '../../src/demo/mailbox-page.ts';

let mailbox: Mailbox;
let page: MailboxPage;

beforeEach(async () => {
  mailbox = await Mailbox.start(0);
  page = await MailboxPage.start(mailbox, 0);
  const transport = createTransport({ host: '127.0.0.1', port: mailbox.port, ignoreTLS: true });
  await transport.sendMail({
    from: '"A <b>" <a@example.org>',
    to: 'to@example.org',
    bcc: 'bcc@example.org',
    subject: '[FIRING:1] <script>alert(1)</script>',
    text: 'plain <b>text</b>',
    html: '<html><head><title>x</title></head><body><a href="https://example.org/">x</a></body></html>',
  });
});

afterEach(async () => {
  await page.close();
  await mailbox.close();
});

const get = async (path: string): Promise<Response> => fetch(new URL(path, page.url));

test('waits for an email, at most as long as it is told', async () => {
  const isOther = ({ id }: { id: number }): boolean => id > 1;
  expect((await mailbox.waitFor(() => true, new AbortController().signal))?.recipients).toEqual([
    'to@example.org',
    'bcc@example.org',
  ]);
  expect(await mailbox.waitFor(isOther, AbortSignal.abort())).toBeUndefined();
  const gaveUp = new AbortController();
  const waiting = mailbox.waitFor(isOther, gaveUp.signal);
  gaveUp.abort();
  expect(await waiting).toBeUndefined();
});

test('the list and the views show what came as text', async () => {
  const list = await (await get('/')).text();
  expect(list).toContain('<li class="firing"><a href="/1/html"><b>[FIRING:1] &#60;script&#62;alert(1)');
  expect(list).toContain('to to@example.org, bcc@example.org');
  const text = await (await get('/1/text')).text();
  expect(text).toContain('<pre>plain &#60;b&#62;text&#60;/b&#62;</pre>');
  expect(text).toContain('<dt>From</dt><dd>&#34;A &#60;b&#62;&#34; &#60;a@example.org&#62;</dd>');
  expect(await (await get('/1/source')).text()).toContain('Subject: [FIRING:1] &#60;script&#62;');
  for (const shown of [list, text]) expect(shown).not.toContain('<script');
});

test('an email is shown where it can do nothing but open its links in a tab of their own', async () => {
  const sandbox = 'allow-popups allow-popups-to-escape-sandbox';
  expect(await (await get('/1/html')).text()).toContain(
    `<iframe sandbox="${sandbox}" src="/1/body" title="The email">`,
  );
  const body = await get('/1/body');
  expect(body.headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src 'unsafe-inline'; sandbox ${sandbox}`,
  );
  expect(await body.text()).toContain('<head><base target="_blank"><title>x</title></head>');
});

test('what is not there', async () => {
  for (const path of ['/2/html', '/1/other', '/x']) {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('There is no such email.')]);
  }
});
