import type { Alert } from '../../../alert/alert.ts';
import type { LabelSet } from '../../../alert/label-set.ts';
import { labelSetJson, quote, timeJson } from './json-text.ts';

/** How an alert stands at the moment of the question; each list names what mutes it. */
export interface AlertStatus {
  readonly inhibitedBy: readonly string[];
  readonly silencedBy: readonly string[];
  /** Names of the time intervals that muted its group; groups only. */
  readonly mutedBy: readonly string[];
}

/** An alert, its members in Alertmanager's order. @param receivers ReceiversJson of their names. */
export function alertJson(alert: Alert, receivers: string, status: AlertStatus): string {
  const { head, middle, tail } = lastingTexts(alert);
  return (
    `${head}${timeJson(alert.endsAt, alert.endsAtText)}${middle}${receivers}` +
    `,"startsAt":${timeJson(alert.startsAt, alert.startsAtText)}${statusJson(status)}${timeJson(alert.updatedAt)}${tail}`
  );
}

/** What stays the same while an alert is sent again and again. */
interface LastingTexts {
  readonly annotations: LabelSet;
  readonly generatorURL: string;
  /** To the time of endsAt. */
  readonly head: string;
  /** From there to the receivers. */
  readonly middle: string;
  /** What follows updatedAt's time. */
  readonly tail: string;
}

/** Characters of the texts that are remembered; what is over is forgotten, all at once. */
const CAPACITY = 32 * 1024 * 1024;
/** What an alert's texts take besides their characters. */
const OVERHEAD = 200;

/**
 * By the labels, which an alert keeps. What is read once is read again and again: this takes half of the time off.
 * Alerts that nobody reads cost nothing.
 */
let known = new WeakMap<LabelSet, LastingTexts>();
let size = 0;

function lastingTexts(alert: Alert): LastingTexts {
  const { labels, annotations, generatorURL } = alert;
  const old = known.get(labels);
  if (old?.annotations === annotations && old.generatorURL === generatorURL) return old;
  const texts = {
    annotations,
    generatorURL,
    head: flat('{"annotations":', labelSetJson(annotations), ',"endsAt":'),
    middle: flat(',"fingerprint":"', labels.fingerprint, '","receivers":'),
    tail: flat(
      generatorURL === '' ? '' : `,"generatorURL":${quote(generatorURL)}`,
      ',"labels":',
      labelSetJson(labels),
      '}',
    ),
  };
  size += texts.head.length + texts.middle.length + texts.tail.length + OVERHEAD;
  if (size > CAPACITY) {
    known = new WeakMap();
    size = 0;
  }
  known.set(labels, texts);
  return texts;
}

/** In one piece: a text that was put together by `+` is a tree until it is written, and stays one inside of others. */
function flat(...pieces: string[]): string {
  return pieces.join('');
}

const ACTIVE = ',"status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":';

/** With what stands around it. */
function statusJson({ inhibitedBy, mutedBy, silencedBy }: AlertStatus): string {
  if (inhibitedBy.length + mutedBy.length + silencedBy.length === 0) return ACTIVE;
  return (
    `,"status":{"inhibitedBy":${listJson(inhibitedBy)},"mutedBy":${listJson(mutedBy)}` +
    `,"silencedBy":${listJson(silencedBy)},"state":"suppressed"},"updatedAt":`
  );
}

function listJson(names: readonly string[]): string {
  return names.length === 0 ? '[]' : JSON.stringify(names);
}
