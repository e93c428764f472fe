import type { Alert } from '../../../alert/alert.ts';
import type { LabelSet } from '../../../alert/label-set.ts';
import type { Matcher } from '../../../alert/matcher.ts';
import type { ReceiverConfig } from '../../../config/types.ts';
import type { Silence, SilenceState } from '../../../muting/silences.ts';
import { formatTimeMillis } from '../../../time/timestamp.ts';
import type { GroupView } from '../../deps.ts';
import type { VersionInfo } from '../../options.ts';
import type { ClusterStatus } from './cluster.ts';

/*
 * API v2's JSON, written as text: an answer may hold 10,000 alerts, and an object tree for each would cost more than
 * all the rest. Members come in Alertmanager's order.
 */

/** How an alert stands at the moment of the question; each list names what mutes it. */
export interface AlertStatus {
  readonly inhibitedBy: readonly string[];
  readonly silencedBy: readonly string[];
  /** Names of the time intervals that muted its group; groups only. */
  readonly mutedBy: readonly string[];
}

export function isSuppressed({ inhibitedBy, silencedBy, mutedBy }: AlertStatus): boolean {
  return inhibitedBy.length > 0 || silencedBy.length > 0 || mutedBy.length > 0;
}

const ACTIVE = '{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"}';

export function alertJson(alert: Alert, receivers: string, status: AlertStatus): string {
  const generatorURL = alert.generatorURL === '' ? '' : `"generatorURL":${quote(alert.generatorURL)},`;
  return (
    `{"annotations":${labelSetJson(alert.annotations)},"endsAt":${time(alert.endsAt, alert.endsAtText)}` +
    `,"fingerprint":"${alert.labels.fingerprint}","receivers":${receivers}` +
    `,"startsAt":${time(alert.startsAt, alert.startsAtText)},"status":${statusJson(status)}` +
    `,"updatedAt":${time(alert.updatedAt, '')},${generatorURL}"labels":${labelSetJson(alert.labels)}}`
  );
}

function statusJson(status: AlertStatus): string {
  if (!isSuppressed(status)) return ACTIVE;
  const { inhibitedBy, mutedBy, silencedBy } = status;
  return JSON.stringify({ inhibitedBy, mutedBy, silencedBy, state: 'suppressed' });
}

/** The `receivers` member of an alert. */
export function receiversJson(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => ({ name })));
}

/** An entry of GET /receivers. */
export function receiverJson(receiver: ReceiverConfig): string {
  return `{"labels":${labelSetJson(receiver.labels)},"name":${quote(receiver.name)}}`;
}

/** An entry of GET /alerts/groups, all members but `alerts`. */
export function groupMembersJson({ labels, receiver, routeLabels }: GroupView): string {
  return `"labels":${labelSetJson(labels)},"receiver":{"name":${quote(receiver)}},"routeLabels":${labelSetJson(routeLabels)}`;
}

/** API v2 knows one set of matchers: of a silence with several the first is shown. */
export function silenceJson(silence: Silence, state: SilenceState): string {
  const annotations = silence.annotations.size === 0 ? '' : `"annotations":${labelSetJson(silence.annotations)},`;
  return (
    `{"id":${quote(silence.id)},"status":{"state":"${state}"},"updatedAt":${time(silence.updatedAt, '')}` +
    `,${annotations}"comment":${quote(silence.comment)},"createdBy":${quote(silence.createdBy)}` +
    `,"endsAt":${time(silence.endsAt, '')},"matchers":[${(silence.matcherSets[0] ?? []).map(matcherJson).join(',')}]` +
    `,"startsAt":${time(silence.startsAt, '')}}`
  );
}

function matcherJson({ name, type, value }: Matcher): string {
  return JSON.stringify({
    isEqual: type === '=' || type === '=~',
    isRegex: type === '=~' || type === '!~',
    name,
    value,
  });
}

export interface StatusView {
  readonly cluster: ClusterStatus;
  readonly version: VersionInfo;
  /** `config.original`: the effective configuration, secrets masked. */
  readonly config: string;
  /** ms since 1970. */
  readonly startedAt: number;
}

export function statusViewJson({ cluster, version, config, startedAt }: StatusView): string {
  const { branch, buildDate, buildUser, goVersion, revision, version: number } = version;
  return JSON.stringify({
    cluster,
    config: { original: config },
    uptime: formatTimeMillis(startedAt),
    versionInfo: { branch, buildDate, buildUser, goVersion, revision, version: number },
  });
}

/** @param text the sender's own, where it says more than the milliseconds. */
function time(ms: number, text: string): string {
  if (text !== '') return `"${formatTimeMillis(ms, text)}"`;
  let written = times.get(ms);
  if (written === undefined) {
    written = `"${formatTimeMillis(ms)}"`;
    if (times.size >= MAX_TIMES) times.clear();
    times.set(ms, written);
  }
  return written;
}

/** Alerts come in batches, so few of their times differ: writing each anew is a fifth of a GET of alerts. */
const times = new Map<number, string>();
const MAX_TIMES = 1_000;

function labelSetJson(set: LabelSet): string {
  const { pairs } = set;
  if (pairs.length === 0) return '{}';
  let json = '{';
  for (let i = 0; i < pairs.length; i += 2) {
    json += `${i === 0 ? '' : ','}${quote(pairs[i] as string)}:${quote(pairs[i + 1] as string)}`;
  }
  return `${json}}`;
}

/** Needs no escape in JSON; a test that costs less than JSON.stringify does. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
