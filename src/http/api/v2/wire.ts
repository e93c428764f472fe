import type { Matcher } from '../../../alert/matcher.ts';
import type { ReceiverConfig } from '../../../config/types.ts';
import type { Silence, SilenceState } from '../../../muting/silences.ts';
import { formatTimeMillis } from '../../../time/timestamp.ts';
import type { GroupView } from '../../deps.ts';
import type { VersionInfo } from '../../options.ts';
import type { ClusterStatus } from './cluster.ts';
import { labelSetJson, quote, timeJson } from './json-text.ts';

/* API v2's JSON but for alerts, written as text. Members come in Alertmanager's order. */

/** Writes the `receivers` member of alerts, each combination of names once. */
export class ReceiversJson {
  readonly #json = new Map<string, string>();

  of(names: readonly string[]): string {
    const key = names.join('\u0000');
    let json = this.#json.get(key);
    if (json === undefined) {
      json = JSON.stringify(names.map((name) => ({ name })));
      this.#json.set(key, json);
    }
    return json;
  }
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
    `{"id":${quote(silence.id)},"status":{"state":"${state}"},"updatedAt":${timeJson(silence.updatedAt)}` +
    `,${annotations}"comment":${quote(silence.comment)},"createdBy":${quote(silence.createdBy)}` +
    `,"endsAt":${timeJson(silence.endsAt)},"matchers":[${(silence.matcherSets[0] ?? []).map(matcherJson).join(',')}]` +
    `,"startsAt":${timeJson(silence.startsAt)}}`
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

interface StatusView {
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
