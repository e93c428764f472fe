import type { Alert } from '../../alert/alert.ts';
import type { Target } from '../../alert/notification.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Logger } from '../../log/logger.ts';
import type { RecipientSettings } from '../../receivers/receiver.ts';
import { isObject } from '../../sources/json.ts';
import { sources } from '../../sources/registry.ts';
import { MAX_TARGETS, readValue } from './annotation-value.ts';

/** Problems that are remembered, so that each is logged once. */
const MAX_LOGGED = 10_000;

/** Who is notified of an alert. */
export interface Resolution {
  /** By id. */
  readonly targets: ReadonlyMap<string, Target>;
  /** The configured recipients are notified (too). */
  readonly toDefault: boolean;
  /** What was wrong with the value that names targets, and what was done: a sentence each. */
  readonly notes: readonly string[];
}

/** A value that names targets, and where it was found. */
interface FoundValue {
  readonly value: string;
  readonly where: string;
}

/** Finds out whom an alert is for: those whom its annotations name, else its teams, else the configured recipients. */
export class TargetResolver {
  readonly #settings: RecipientSettings;
  readonly #directory: Directory;
  readonly #logger: Logger;
  /** Ids of the configured recipients, as far as no template makes them. */
  readonly #configured: ReadonlySet<string>;
  /** The id of the only configured recipient. */
  readonly #onlyConfigured: string | undefined;
  readonly #logged = new Set<string>();

  constructor(settings: RecipientSettings, { directory, logger }: { directory: Directory; logger: Logger }) {
    this.#settings = settings;
    this.#directory = directory;
    this.#logger = logger;
    this.#configured = new Set(fixedTargets(settings));
    const [only, ...others] = this.#configured;
    this.#onlyConfigured = others.length === 0 ? only : undefined;
    if (settings.annotation !== '') directory.wants(settings.annotation);
  }

  /** Logs what is wrong with a value, once for each alert and value. */
  resolve(alert: Alert): Resolution {
    const found = this.#settings.annotation === '' ? undefined : this.#find(alert);
    if (found) return this.#read(found, alert);
    const teams = this.#directory.teamsOf(alert.labels);
    const targets = teams.flatMap((team) => this.#membersOf(team.targets));
    return this.#resolution(targets, targets.length === 0, []);
  }

  /** A target that was notified before and may still be, whatever alerts say now; undefined: it may not. */
  former(id: string): Target | undefined {
    const target = { id, name: '', address: id };
    return this.#settings.target.problem(target, this.#settings.allowed) === undefined ? target : undefined;
  }

  /** RHACS' order for its alerts: deployment annotation, deployment label, namespace annotation. */
  #find({ source, details, annotations, labels }: Alert): FoundValue | undefined {
    const key = this.#settings.annotation;
    const subject = sources.find(({ name }) => name === source)?.subject?.(details);
    if (subject) {
      const { kind, namespace } = subject;
      return (
        found(textOf(subject.annotations, key), `${kind} annotation ${key}`) ??
        found(textOf(subject.labels, key), `${kind} label ${key}`) ??
        (namespace &&
          found(
            this.#directory.namespaceAnnotation(source, namespace, key),
            `annotation ${key} of namespace ${namespace.name}`,
          ))
      );
    }
    return found(annotations.get(key), `annotation ${key}`) ?? found(labels.get(key), `label ${key}`);
  }

  #read({ value, where }: FoundValue, alert: Alert): Resolution {
    const { targets, problems, lacking } = readValue(value, {
      kind: this.#settings.target,
      allowed: this.#settings.allowed,
      team: (name) => {
        const team = this.#directory.team(name);
        return team && this.#membersOf(team.targets);
      },
    });
    const outcome = !lacking
      ? ''
      : ` The default recipients were notified ${targets.length === 0 ? 'instead' : 'as well'}.`;
    const what = `${nameOf(alert)}: ${where} is ${quote(value)}`;
    const notes = problems.length === 0 ? [] : [`${what}, but ${listOf(problems)}.${outcome}`];
    for (const note of notes) this.#log(alert, note);
    return this.#resolution(targets, lacking, notes);
  }

  /** A team's targets of this kind, which the configuration has checked. */
  #membersOf(targets: ReadonlyMap<string, readonly string[]>): Target[] {
    const { kind, target } = this.#settings;
    return (targets.get(kind) ?? []).flatMap((item) => target.parse(item));
  }

  #resolution(targets: readonly Target[], lacking: boolean, notes: readonly string[]): Resolution {
    const byId = new Map<string, Target>();
    let toDefault = lacking;
    for (const target of targets.slice(0, MAX_TARGETS)) {
      if (target.id === this.#onlyConfigured) toDefault = true;
      else if (!byId.has(target.id)) byId.set(target.id, target);
    }
    // Nobody is notified of an alert twice.
    if (toDefault) for (const id of this.#configured) byId.delete(id);
    return { targets: byId, toDefault, notes };
  }

  #log({ labels }: Alert, note: string): void {
    const key = `${labels.fingerprint} ${note}`;
    if (this.#logged.has(key)) return;
    const [oldest] = this.#logged;
    if (this.#logged.size >= MAX_LOGGED && oldest !== undefined) this.#logged.delete(oldest);
    this.#logged.add(key);
    this.#logger.warn('Recipients named by an alert cannot be used', { problem: note });
  }
}

function found(value: string | undefined, where: string): FoundValue | undefined {
  return value === undefined ? undefined : { value, where };
}

function textOf(texts: unknown, key: string): string | undefined {
  const value = isObject(texts) && Object.hasOwn(texts, key) ? texts[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** None where a template makes them. */
function fixedTargets({ target, configured }: RecipientSettings): string[] {
  if (configured.includes('{{')) return [];
  try {
    return target.split(configured).flatMap((item) => target.parse(item).map(({ id }) => id));
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

/** At most three, so that one value does not fill a message. */
function listOf(problems: readonly string[]): string {
  const more = problems.length - 3;
  return `${problems.slice(0, 3).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
