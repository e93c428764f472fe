import { sortedPairs, stringsOf } from './data.ts';
import { stringMethod } from './fmt.ts';
import { joined } from './functions/lists.ts';
import type { GoMethod } from './signature.ts';
import { Slice, StringMap, type Struct, type Value } from './value.ts';

const NAME = 0;
const VALUE = 1;
const STATUS = 0;

const string: GoMethod<Value> = { parameters: [], call: (value) => stringMethod(value) ?? '' };

function of<Receiver>(call: (receiver: Receiver) => Value): GoMethod<Receiver> {
  return { parameters: [], call };
}

export const KV_METHODS = {
  SortedPairs: of(sortedPairs),
  Names: of((map: StringMap) => column(sortedPairs(map), NAME)),
  Values: of((map: StringMap) => column(sortedPairs(map), VALUE)),
  Remove: {
    parameters: ['[]string'],
    call: (map, [names]) => {
      const removed = new Set((names as Slice).items);
      return new StringMap('template.KV', new Map([...map.entries].filter(([name]) => !removed.has(name))));
    },
  } satisfies GoMethod<StringMap>,
  String: string,
};

export const PAIRS_METHODS = {
  Names: of((pairs: Slice) => column(pairs, NAME)),
  Values: of((pairs: Slice) => column(pairs, VALUE)),
  String: string,
};

export const STRINGS_METHODS = {
  Join: {
    parameters: ['string'],
    call: (strings, [separator]) => joined(strings, separator as string),
  } satisfies GoMethod<Slice>,
};

export const ALERTS_METHODS = {
  Firing: of((alerts: Slice) => withStatus(alerts, 'firing')),
  Resolved: of((alerts: Slice) => withStatus(alerts, 'resolved')),
};

function column(pairs: Slice, index: number): Slice {
  return stringsOf(pairs.items.map((item) => (item as Struct).values[index] as string));
}

function withStatus(alerts: Slice, status: string): Slice {
  return new Slice(
    '[]template.Alert',
    alerts.items.filter((alert) => (alert as Struct).values[STATUS] === status),
  );
}
