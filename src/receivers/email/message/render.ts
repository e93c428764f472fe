import { yieldTurn } from '../../../process/yield-turn.ts';
import type { TemplateData } from '../../../templating/data.ts';
import type { FailureText } from '../../../templating/failure-text.ts';
import type { Render, Templates } from '../../../templating/templates.ts';
import { PermanentError } from '../../receiver.ts';
import { defaultText } from '../../texts.ts';
import type { EmailConfig } from '../config.ts';
import type { Refusal } from '../smtp/delivery.ts';
import { type Mailbox, type UsableAddresses, usableAddresses } from './addresses.ts';
import { headerText, isHeaderName } from './headers.ts';
import type { Mail } from './mail.ts';

/** An email that lacks only what templates do not make. `bcc` is for the envelope alone. */
export type RenderedMail = Omit<Mail, 'date' | 'messageId' | 'root'> & {
  readonly bcc: readonly Mailbox[];
  /** Items of to, cc, bcc and reply_to that are not addresses: the email goes to the others. */
  readonly unusable: readonly Refusal[];
};

/** Servers take 100 recipients at least and seldom more than this; a template might make any number. */
const MAX_RECIPIENTS = 1_000;
const NOBODY: UsableAddresses = { mailboxes: [], unusable: [] };
/** Headers that would name others than the one recipient. */
const ADDRESSEES: ReadonlySet<string> = new Set(['To', 'Cc', 'Resent-To', 'Resent-Cc']);

/**
 * Compiles all templates of one `email_configs` entry.
 * @returns what renders an email, to a single recipient if one is given; it rejects with PermanentError with Alertmanager's texts.
 * @throws TemplateError for a string that does not compile or a folder that does not exist.
 */
export function compileMail(
  config: EmailConfig,
  templates: Templates,
): (data: TemplateData, alone?: Mailbox) => Promise<RenderedMail> {
  const text = (name: string, source: string): Render => named(name, templates.text(source, `email_configs ${name}`));
  const list = (name: string, source: string): ((data: TemplateData) => UsableAddresses) => {
    const render = text(`'${name}'`, source);
    // Usually there is no template in it, and the same addresses need not be parsed for each email.
    const fixed = source.includes('{{') ? undefined : usableAddresses(source);
    if (fixed) return () => fixed;
    return (data) => usableAddresses(render(data));
  };
  const from = list('from', config.from);
  const to = list('to', config.to);
  const cc = list('cc', config.cc);
  const bcc = list('bcc', config.bcc);
  const replyTo = list('reply_to', config.replyTo);
  const ownSubject = effective(config.headers.get('Subject'), 'email.default.subject', config, templates);
  const subjectOf = ownSubject === undefined ? undefined : text('"Subject" header', ownSubject);
  const headers = [...config.headers]
    .filter(([name]) => name !== 'Subject')
    .map(([name, source]) => [name, text(`"${name}" header`, source)] as const);
  const html = effective(config.html, 'email.default.html', config, templates);
  const ownHtml = html === undefined ? undefined : named('html', templates.html(html, 'email_configs html'));
  const ownText = config.text === undefined ? undefined : text('text', config.text);
  const fixed = config.template === undefined ? undefined : templates.mail(config.template);

  return async (data, alone) => {
    checkNames(headers);
    const folder = fixed ?? lookUp(templates, templates.choose(data));
    const senders = from(data);
    const [sender] = senders.mailboxes;
    if (senders.unusable[0]) throw new PermanentError(`parse 'from' addresses: ${senders.unusable[0].problem}`);
    if (sender === undefined || senders.mailboxes.length > 1) {
      throw new PermanentError(`must be exactly one 'from' address (got: ${senders.mailboxes.length})`);
    }
    const lists = {
      to: alone ? { mailboxes: [alone], unusable: [] } : to(data),
      cc: alone ? NOBODY : cc(data),
      bcc: alone ? NOBODY : bcc(data),
      reply_to: replyTo(data),
    };
    checkSomebody(lists.to);
    const shownHeaders = headers
      .filter(([name]) => !(alone && ADDRESSEES.has(name)))
      .map(([name, render]) => [name, attempt(templates, render, data, [])] as const)
      .filter((header): header is [string, string] => header[1] !== undefined);
    const failures: FailureText[] = [];
    const subject =
      attempt(templates, unlessBlank('"Subject" header', subjectOf, folder.subject), data, failures) ??
      failures.pop()?.line ??
      '';
    await yieldTurn();
    const plain =
      config.text === '' ? undefined : attempt(templates, unlessBlank('text', ownText, folder.text), data, failures);
    await yieldTurn();
    const rich =
      html === '' ? undefined : attempt(templates, unlessBlank('html', ownHtml, folder.html), data, failures);
    await yieldTurn();
    const mail = {
      from: sender,
      to: lists.to.mailboxes,
      cc: lists.cc.mailboxes,
      bcc: lists.bcc.mailboxes,
      replyTo: lists.reply_to.mailboxes,
      unusable: Object.entries(lists).flatMap(([name, { unusable }]) => unusable.map((one) => toRefusal(name, one))),
      headers: new Map(shownHeaders),
      subject: marked(subject, data),
      severity: data.status === 'firing' ? data.tocsin.severity : '',
      text: failures[0]?.text ?? plain,
      html: rich,
      attachments: templates.attachments(data),
    };
    const count = mail.to.length + mail.cc.length + mail.bcc.length;
    if (count > MAX_RECIPIENTS) throw new PermanentError(`${count} recipients, ${MAX_RECIPIENTS} are allowed`);
    return mail;
  };
}

/** An entry's own part; where it has none, or its text comes out blank, that of the folder: nobody reads an empty email. */
function unlessBlank(name: string, own: Render | undefined, ofFolder: Render): Render {
  const standard = named(name, ofFolder);
  if (own === undefined) return standard;
  return (data) => {
    const text = own(data);
    return text.trim() === '' ? standard(data) : text;
  };
}

/** What a part renders to; undefined: its template failed, and what stands in its place is in `failures`. */
function attempt(
  templates: Templates,
  render: Render,
  data: TemplateData,
  failures: FailureText[],
): string | undefined {
  try {
    return render(data);
  } catch (error) {
    failures.push(templates.fallback(error, data));
    return undefined;
  }
}

/** Nobody may take a test for the real thing, whatever the template. */
function marked(subject: string, { notificationReason }: TemplateData): string {
  return notificationReason !== 'test' || subject.startsWith('[TEST]') ? subject : `[TEST] ${subject}`;
}

/**
 * What an entry's own key says; undefined: Tocsin's template makes the part. That is so, too, where the entry calls Alertmanager's
 * default. Where a file redefines that, or what it calls, it counts, with or without a key.
 */
function effective(
  source: string | undefined,
  name: string,
  config: EmailConfig,
  templates: Templates,
): string | undefined {
  const callsDefault = source?.replace(/\{\{-?\s*|\s*-?\}\}|\s+/g, ' ').trim() === `template "${name}" .`;
  if (source !== undefined && !callsDefault) return source;
  if (source === undefined && config.template !== undefined) return undefined;
  return templates.redefines(name) ? defaultText(name) : undefined;
}

function lookUp(templates: Templates, name: string) {
  try {
    return templates.mail(name);
  } catch (error) {
    throw new PermanentError((error as Error).message, 'other', { cause: error });
  }
}

function named(name: string, render: Render): Render {
  return (data) => {
    try {
      return render(data);
    } catch (error) {
      const what = /header$|^'/.test(name)
        ? name.replace(/header$/, 'header template').replace(/'$/, "' template")
        : `${name} template`;
      throw new PermanentError(`execute ${what}: ${(error as Error).message}`, 'other', { cause: error });
    }
  };
}

/** As the file may have them; it is warned of. @throws PermanentError */
function checkNames(headers: readonly (readonly [name: string, value: unknown])[]): void {
  const bad = headers.find(([name]) => !isHeaderName(name));
  if (bad) throw new PermanentError(`${JSON.stringify(bad[0])} cannot be the name of a header`);
}

/** Copies alone are not enough: `to` needs a valid address. */
function checkSomebody({ mailboxes, unusable }: UsableAddresses): void {
  if (mailboxes.length === 0) throw new PermanentError(`parse 'to' addresses: ${unusable[0]?.problem ?? 'no address'}`);
}

function toRefusal(name: string, { item, problem }: UsableAddresses['unusable'][number]): Refusal {
  return { address: headerText(item, 100), reply: `parse '${name}' addresses: ${problem}`, permanent: true };
}
