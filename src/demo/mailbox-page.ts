import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mailbox, MailboxMail } from './mailbox.ts';

const STYLE = `
:root { color-scheme: light dark; --line: #d9dee5; --dim: #5c6773; --bg: #f6f7f9; --card: #fff; --text: #17202a; --accent: #0b5cad; --firing: #c8102e; --resolved: #1b7a3d; --other: #6b7785; }
@media (prefers-color-scheme: dark) { :root { --line: #333c47; --dim: #9aa7b4; --bg: #14181d; --card: #1c2229; --text: #e6ebf0; --accent: #6db3f8; --firing: #f0566a; --resolved: #4cc27a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1000px; min-height: 100vh; display: flex; flex-direction: column; font: 15px/1.5 system-ui, sans-serif; background: var(--bg); color: var(--text); }
header { padding: 20px 24px 8px; } h1 { font-size: 20px; margin: 0; } header p { margin: 2px 0 0; color: var(--dim); }
main { padding: 12px 24px 24px; flex: 1; display: flex; flex-direction: column; }
ul { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
li { border-left: 4px solid var(--other); } li.firing { border-color: var(--firing); } li.resolved { border-color: var(--resolved); }
li + li a { border-top: 1px solid var(--line); }
li a { display: grid; grid-template-columns: 1fr auto; gap: 2px 16px; padding: 12px 16px; color: inherit; text-decoration: none; }
li a:hover { background: var(--bg); } li b { font-weight: 600; overflow-wrap: anywhere; } li span { color: var(--dim); font-size: 13px; }
nav { margin: 0 0 12px; display: flex; gap: 16px; } nav a { color: var(--accent); text-decoration: none; } nav a[aria-current] { font-weight: 600; color: inherit; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0 0 16px; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
iframe, pre { flex: 1; width: 100%; min-height: 480px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); margin: 0; }
pre { padding: 16px; font-size: 13px; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 600px) { header, main { padding-left: 12px; padding-right: 12px; } }
`;

/** What a mail may do in the page: nothing but open its links elsewhere. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

type View = 'html' | 'text' | 'source';

/** The pages of the demo's mailbox: a list, and each mail as HTML, text and source. Mail HTML is shown in a sandbox. */
export class MailboxPage {
  readonly #mailbox: Mailbox;
  readonly #server: Server;

  private constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
    this.#server = createServer((request, response) => this.#answer(request.url ?? '/', response));
  }

  /** @param port 0 for any. */
  static async start(mailbox: Mailbox, port: number): Promise<MailboxPage> {
    const page = new MailboxPage(mailbox);
    await new Promise<void>((resolve, reject) => {
      page.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(url: string, response: ServerResponse): void {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (url === '/') {
      send(response, layout('Mailbox', this.#list(), '<meta http-equiv="refresh" content="2">'));
      return;
    }
    const [, id, view] = /^\/(\d+)\/(html|text|source|body)$/.exec(url) ?? [];
    const mail = this.#mailbox.mails.find((candidate) => String(candidate.id) === id);
    if (!mail || !view) {
      response.statusCode = 404;
      send(response, layout('Not here', '<p>There is no such email.</p>'));
    } else if (view === 'body') {
      // No script, no form, no request to anywhere: what a careful mail client grants.
      const policy = `default-src 'none'; style-src 'unsafe-inline'; sandbox ${SANDBOX}`;
      response.setHeader('Content-Security-Policy', policy);
      send(response, (mail.parsed.html || '').replace('<head>', '<head><base target="_blank">'));
    } else {
      send(response, layout(mail.parsed.subject ?? '', mailView(mail, view as View)));
    }
  }

  #list(): string {
    const mails = this.#mailbox.mails.toReversed();
    if (mails.length === 0) return '<p>No email yet: the first one arrives within seconds.</p>';
    const items = mails.map(
      (
        mail,
      ) => `<li class="${statusOf(mail)}"><a href="/${mail.id}/html"><b>${escapeHtml(mail.parsed.subject ?? '')}</b>
<span>${mail.receivedAt.toLocaleTimeString('en-GB')}</span><span>to ${escapeHtml(mail.recipients.join(', '))}</span></a></li>`,
    );
    return `<ul>${items.join('')}</ul>`;
  }
}

/** As the subjects of Tocsin's own templates begin. */
function statusOf(mail: MailboxMail): string {
  return /^\[(FIRING|RESOLVED)\b/.exec(mail.parsed.subject ?? '')?.[1]?.toLowerCase() ?? '';
}

function mailView(mail: MailboxMail, view: View): string {
  const tabs = (['html', 'text', 'source'] as const).map(
    (tab) => `<a href="/${mail.id}/${tab}"${tab === view ? ' aria-current="page"' : ''}>${tab}</a>`,
  );
  const body =
    view === 'html'
      ? `<iframe sandbox="${SANDBOX}" src="/${mail.id}/body" title="The email"></iframe>`
      : `<pre>${escapeHtml(view === 'text' ? (mail.parsed.text ?? '') : mail.source)}</pre>`;
  const from = mail.parsed.from?.text ?? '';
  return `<nav><a href="/">all emails</a>${tabs.join('')}</nav>
<dl><dt>From</dt><dd>${escapeHtml(from)}</dd><dt>To</dt><dd>${escapeHtml(mail.recipients.join(', '))}</dd>
<dt>Subject</dt><dd>${escapeHtml(mail.parsed.subject ?? '')}</dd></dl>${body}`;
}

function layout(title: string, body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>${head}<style>${STYLE}</style></head>
<body><header><h1>Tocsin demo mailbox</h1><p>Emails that Tocsin sent to the demo's own mail server.</p></header><main>${body}</main></body></html>`;
}

function send(response: ServerResponse, html: string): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(html);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
