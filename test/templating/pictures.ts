/**
 * Renders the cases to files and takes pictures of them with Chromium:
 * `node test/templating/pictures.ts OUTDIR [NAME-PREFIX ...]`. Not a test: for people who look.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { alertKinds } from '../../src/sources/registry.ts';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { cases } from './cases.ts';

const [outDir = 'pictures', ...prefixes] = process.argv.slice(2);
mkdirSync(outDir, { recursive: true });
const templates = await createTemplates({ userGlobs: [], kinds: alertKinds });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
for (const [name, data] of cases()) {
  if (prefixes.length > 0 && !prefixes.some((prefix) => name.startsWith(prefix))) continue;
  const mail = templates.mail(templates.choose(data));
  const html = mail.html(data);
  const text = mail.text(data);
  writeFileSync(path.join(outDir, `${name}.html`), html);
  writeFileSync(path.join(outDir, `${name}.txt`), `Subject: ${mail.subject(data)}\n\n${text}`);
  process.stdout.write(
    `${name}: ${mail.name}, html ${Buffer.byteLength(html)}, text ${Buffer.byteLength(text)}, ${mail.subject(data)}\n`,
  );
  if (process.env.NO_PICTURES) continue;
  for (const [width, scheme] of [
    [800, 'light'],
    [390, 'dark'],
    [800, 'dark'],
    [390, 'light'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: 600 }, colorScheme: scheme });
    await page.setContent(html);
    await page.screenshot({ path: path.join(outDir, `${name}-${width}-${scheme}.png`), fullPage: true });
    await page.close();
  }
}
await browser.close();
