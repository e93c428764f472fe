import type { Alert } from '../../alert/alert.ts';
import type { NotifiedAlert } from '../../alert/notification.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Logger } from '../../log/logger.ts';
import { isObject } from '../../sources/json.ts';
import { sources } from '../../sources/registry.ts';
import { type Mailbox, parseAddresses } from './message/addresses.ts';
import { isAllowed, type RecipientsConfig } from './recipients-config.ts';
import { MAX_RECIPIENTS, readValue } from './recipients-value.ts';

/** Most audiences of one group; alerts of any further one go to the default. */
const MAX_AUDIENCES = 1_000;
/** Problems that are remembered, so that each is logged once. */
const MAX_LOGGED = 10_000;
/** Most notes in one mail. */
const MAX_NOTES = 20;

/** Who hears of an alert. */
interface Resolution {
  /** By audience: each recipient's address in small letters. */
  readonly mailboxes: ReadonlyMap<string, Mailbox>;
  /** The default hears of it (too). */
  readonly toDefault: boolean;
  /** What was wrong with the value that names recipients, and what was done: a sentence each. */
  readonly notes: readonly string[];
}

/** A value that names recipients, and where it stands. */
interface Said {
  readonly value: string;
  readonly where: string;
}

/** Finds out who should hear of an alert: by its annotations, then by teams, else the default. The audience '' is the default. */
export class Recipients {
  readonly #config: RecipientsConfig;
  readonly #directory: Directory;
  readonly #logger: Logger;
  /** Audiences that are the default by another name: its only address. */
  readonly #defaultAlone: string | undefined;
  readonly #defaults: ReadonlySet<string>;
  readonly #logged = new Set<string>();

  /** @param to (template) of the entry. @throws Error when a team has a bad address */
  constructor(config: RecipientsConfig, to: string, { directory, logger }: { directory: Directory; logger: Logger }) {
    this.#config = config;
    this.#directory = directory;
    this.#logger = logger;
    this.#defaults = new Set(fixedAddresses(config.default.join(', ') || to));
    const [only, ...others] = this.#defaults;
    this.#defaultAlone = others.length === 0 ? only : undefined;
    directory.checkTeams((address) => parseAddresses(address));
    if (config.annotation !== '') directory.wants(config.annotation);
  }

  /** An alert is in the audience of each of its recipients. */
  audiences(alerts: readonly NotifiedAlert[]): Map<string, NotifiedAlert[]> {
    const audiences = new Map<string, NotifiedAlert[]>();
    let beyond = 0;
    for (const notified of alerts) {
      const { mailboxes, toDefault, notes } = this.#resolve(notified.alert);
      for (const note of notes) this.#log(notified.alert, note);
      const theirs = new Set<string>(toDefault ? [''] : []);
      for (const audience of mailboxes.keys()) {
        const fits = audiences.has(audience) || audiences.size < MAX_AUDIENCES;
        theirs.add(fits ? audience : '');
        if (!fits) beyond++;
      }
      for (const audience of theirs) {
        const list = audiences.get(audience);
        if (list) list.push(notified);
        else audiences.set(audience, [notified]);
      }
    }
    if (beyond > 0) {
      const words = 'One group has more recipients than it may have: the default is told instead of the others';
      this.#logger.warn(words, { limit: MAX_AUDIENCES, others: beyond });
    }
    return audiences;
  }

  /** Whether one who was told before may still be told, whatever alerts say now. */
  isAudience(audience: string): boolean {
    return audience === '' || isAllowed(audience, this.#config);
  }

  /** The recipient that an audience is, with the name that an alert gives; undefined for the default. */
  mailbox(audience: string, alerts: readonly NotifiedAlert[]): Mailbox | undefined {
    if (audience === '') return undefined;
    for (const { alert } of alerts) {
      const mailbox = this.#resolve(alert).mailboxes.get(audience);
      if (mailbox) return mailbox;
    }
    return { name: '', address: audience };
  }

  /** What those who read of these alerts should know of who hears of them. */
  notes(alerts: readonly NotifiedAlert[]): readonly string[] {
    const notes = new Set(alerts.flatMap(({ alert }) => this.#resolve(alert).notes));
    if (notes.size <= MAX_NOTES) return [...notes];
    return [...[...notes].slice(0, MAX_NOTES), `${notes.size - MAX_NOTES} more remarks of this kind are in the log.`];
  }

  #resolve(alert: Alert): Resolution {
    const said = this.#config.annotation === '' ? undefined : this.#said(alert);
    if (said) return this.#read(said, alert);
    const teams = this.#directory.teamsOf(alert.labels);
    const mailboxes = teams.flatMap(({ email }) => email.map(parseOne));
    return this.#resolution(mailboxes, mailboxes.length === 0, []);
  }

  /** RHACS' order for its alerts: deployment annotation, deployment label, namespace annotation. */
  #said({ source, details, annotations, labels }: Alert): Said | undefined {
    const key = this.#config.annotation;
    const subject = sources.find(({ name }) => name === source)?.subject?.(details);
    if (subject) {
      const { kind, namespace } = subject;
      return (
        said(textOf(subject.annotations, key), `${kind} annotation ${key}`) ??
        said(textOf(subject.labels, key), `${kind} label ${key}`) ??
        (namespace &&
          said(
            this.#directory.namespaceAnnotation(source, namespace, key),
            `annotation ${key} of namespace ${namespace.name}`,
          ))
      );
    }
    return said(annotations.get(key), `annotation ${key}`) ?? said(labels.get(key), `label ${key}`);
  }

  #read({ value, where }: Said, alert: Alert): Resolution {
    const { mailboxes, problems, lacking } = readValue(value, {
      named: (name) => this.#directory.team(name)?.email.map(parseOne),
      isAllowed: (address) => isAllowed(address, this.#config),
    });
    const what = `${nameOf(alert)}: ${where} is ${quote(value)}`;
    const outcome = !lacking ? '' : mailboxes.length === 0 ? ' The default was told.' : ' The default was told too.';
    const notes = problems.length === 0 ? [] : [`${what}, but ${listOf(problems)}.${outcome}`];
    return this.#resolution(mailboxes, lacking, notes);
  }

  #resolution(mailboxes: readonly Mailbox[], lacking: boolean, notes: readonly string[]): Resolution {
    const byAudience = new Map<string, Mailbox>();
    let toDefault = lacking;
    for (const mailbox of mailboxes.slice(0, MAX_RECIPIENTS)) {
      const audience = audienceOf(mailbox.address);
      if (audience === this.#defaultAlone) toDefault = true;
      else if (!byAudience.has(audience)) byAudience.set(audience, mailbox);
    }
    // Nobody reads of an alert twice.
    if (toDefault) for (const audience of this.#defaults) byAudience.delete(audience);
    return { mailboxes: byAudience, toDefault, notes };
  }

  /** Once for each alert and value. */
  #log({ labels }: Alert, note: string): void {
    const key = `${labels.fingerprint} ${note}`;
    if (this.#logged.has(key)) return;
    const [oldest] = this.#logged;
    if (this.#logged.size >= MAX_LOGGED && oldest !== undefined) this.#logged.delete(oldest);
    this.#logged.add(key);
    this.#logger.warn('Recipients named by an alert cannot be used', { problem: note });
  }
}

/** The same for one mailbox however it is written. Only ASCII: other letters may differ where small letters do not. */
export function audienceOf(address: string): string {
  return address.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function said(value: string | undefined, where: string): Said | undefined {
  return value === undefined ? undefined : { value, where };
}

function textOf(texts: unknown, key: string): string | undefined {
  const value = isObject(texts) && Object.hasOwn(texts, key) ? texts[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function parseOne(address: string): Mailbox {
  return parseAddresses(address)[0] as Mailbox;
}

/** The audiences that a list of addresses would be; none where templates make it. */
function fixedAddresses(list: string): string[] {
  if (list.includes('{{')) return [];
  try {
    return parseAddresses(list).map(({ address }) => audienceOf(address));
  } catch {
    return [];
  }
}

/** What an alert is about, for a sentence. */
function nameOf({ labels }: Alert): string {
  const thing = labels.get('deployment') ?? labels.get('resource');
  if (thing === undefined) return short(labels.get('alertname') ?? 'alert');
  return short([labels.get('cluster'), labels.get('namespace'), thing].filter(Boolean).join('/'));
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function quote(text: string): string {
  return JSON.stringify(short(text.toWellFormed()));
}

/** At most three, so that one value does not fill a mail. */
function listOf(problems: readonly string[]): string {
  const more = problems.length - 3;
  return `${problems.slice(0, 3).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
