import type { RequestHandler } from 'express';
import type { AlertRecord } from '../../../alert/alert-record.ts';
import { compareBytes, compareLabelSets, LabelSet } from '../../../alert/label-set.ts';
import { compareAlerts } from '../../../alert/order.ts';
import { sortInTurns } from '../../../process/sort-in-turns.ts';
import type { GroupView, HttpDeps } from '../../deps.ts';
import { JsonStream } from '../../json-stream.ts';
import { type AlertStatus, alertJson } from './alert-json.ts';
import { AlertView } from './alert-view.ts';
import { Query } from './params.ts';
import { checkAccept } from './request.ts';
import { type MatcherReader, RequestMatchers } from './request-matchers.ts';
import { groupMembersJson, ReceiversJson } from './wire.ts';

interface ShownAlert {
  readonly record: AlertRecord;
  readonly status: AlertStatus;
}

interface ShownGroup {
  readonly group: GroupView;
  readonly alerts: ShownAlert[];
}

/** GET /api/v2/alerts/groups: by labels, then receiver; a group without a shown alert is left out. */
export function getGroups(deps: HttpDeps, reader: MatcherReader): RequestHandler {
  return async (request, response) => {
    checkAccept(request);
    const query = new Query(request);
    const matchers = new RequestMatchers(query, reader);
    const view = new AlertView(deps, query, matchers);
    const filter = matchers.receiverFilter();
    const receiverLabels = new Map(deps.config().receivers.map(({ name, labels }) => [name, labels]));
    const passes = (receiver: string): boolean =>
      filter.all || filter.matches(receiver, receiverLabels.get(receiver) ?? LabelSet.empty);
    const groups = [...deps.groups()].filter(({ receiver }) => passes(receiver));

    const stream = new JsonStream(response);
    const shown = await collect(groups, view, stream);
    const receivers = new AlertReceivers(shown);
    const written = query.flag('muted') ? shown : shown.filter(({ group }) => group.mutedBy.length === 0);
    stream.text = '[';
    for (const [i, { group, alerts }] of written.entries()) {
      stream.text += i === 0 ? '{"alerts":[' : ',{"alerts":[';
      for (const [j, { record, status }] of alerts.entries()) {
        stream.text += (j === 0 ? '' : ',') + alertJson(record.alert, receivers.json(record), status);
        if (stream.due && !(await stream.turn())) return;
      }
      stream.text += `],${groupMembersJson(group)}}`;
    }
    stream.text += ']\n';
    stream.end();
  };
}

/** What passes the filters, in order, with the status of the moment. */
async function collect(groups: readonly GroupView[], view: AlertView, stream: JsonStream): Promise<ShownGroup[]> {
  const shown: ShownGroup[] = [];
  for (const group of groups) {
    const alerts: ShownAlert[] = [];
    // The group goes on living while others get their turn.
    for (const record of [...group.alerts]) {
      const status = view.passes(record) && view.status(record, group.mutedBy);
      if (status) alerts.push({ record, status });
      if (stream.due) await stream.turn();
    }
    if (alerts.length === 0) continue;
    const sorted = await sortInTurns(alerts, (a, b) => compareAlerts(a.record.labels, b.record.labels));
    shown.push({ group, alerts: sorted });
  }
  return sortInTurns(
    shown,
    (a, b) => compareLabelSets(a.group.labels, b.group.labels) || compareBytes(a.group.receiver, b.group.receiver),
  );
}

/** The receivers of each alert over all groups that show it, sorted, duplicates kept; as JSON, made once per combination. */
class AlertReceivers {
  readonly #names = new Map<AlertRecord, readonly string[]>();
  readonly #json = new ReceiversJson();

  constructor(shown: readonly ShownGroup[]) {
    for (const { group, alerts } of shown) {
      const own = [group.receiver];
      for (const { record } of alerts) {
        const others = this.#names.get(record);
        this.#names.set(record, others ? [...others, group.receiver].sort(compareBytes) : own);
      }
    }
  }

  json(record: AlertRecord): string {
    const names = this.#names.get(record) ?? [];
    return this.#json.of(names);
  }
}
