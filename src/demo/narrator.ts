import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Installation } from './installation.ts';
import type { MailboxMail } from './mailbox.ts';

/** Tells on the terminal what the demo does and what comes of it. */
export class Narrator {
  readonly #start = Date.now();
  #pageUrl = '';

  welcome({ url, page, configFile }: Installation): void {
    this.#pageUrl = page.url;
    console.log(`
${styleText('bold', 'Tocsin demo: alerts come in, emails go out.')}

  Read the emails     ${styleText(['bold', 'underline'], page.url)}
  Tocsin itself       ${url}/   (API, webhooks and metrics)
  Its configuration   ${configFile}
`);
  }

  step(text: string): void {
    console.log(`${this.#time()}  ${styleText('bold', text)}`);
  }

  detail(text: string): void {
    console.log(`        ${styleText('dim', text)}`);
  }

  mail(mail: MailboxMail): void {
    console.log(`${this.#time()}  ${styleText('green', `Email ${mail.id}: ${mail.parsed.subject ?? ''}`)}`);
    this.detail(`to ${mail.recipients.join(', ')} (${size(mail)})`);
    this.detail(`${this.#pageUrl}${mail.id}/html  ${this.#pageUrl}${mail.id}/text  ${this.#pageUrl}${mail.id}/source`);
  }

  /** What was delivered, one line a mail. */
  table(mails: readonly MailboxMail[]): void {
    const rows = mails.map((mail) => [
      String(mail.id),
      size(mail),
      mail.recipients.join(', '),
      mail.parsed.subject ?? '',
    ]);
    const table = [['#', 'Size', 'Recipients', 'Subject'], ...rows];
    const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
    console.log(`\n${styleText('bold', `Delivered: ${mails.length} emails`)}\n`);
    for (const row of table) {
      console.log(
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}`,
      );
    }
  }

  /** Waits for Ctrl-C. */
  async stay({ url, page }: Installation, signal: AbortSignal): Promise<void> {
    console.log(`
${styleText('bold', 'That was all. The emails stay at')} ${page.url} ${styleText('bold', 'until Ctrl-C.')} Or send an alert of your own:

  curl -H 'Content-Type: application/json' ${url}/api/v2/alerts \\
    -d '[{"labels": {"alertname": "DiskFull", "severity": "critical", "namespace": "shop"}}]'
`);
    if (!signal.aborted) await once(signal, 'abort');
    console.log('Stopped; nothing is left behind.');
  }

  #time(): string {
    return styleText('dim', `${((Date.now() - this.#start) / 1_000).toFixed(1).padStart(5)}s`);
  }
}

function size({ source }: MailboxMail): string {
  return `${(source.length / 1_024).toFixed(1)} KB`;
}
