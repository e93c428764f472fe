/** The functions that Alertmanager adds to Go's. */
import { parseDurationNanos } from '../../time/go-duration.ts';
import { type Time, ZERO_TIME } from '../../time/go-time.ts';
import { formatLayout } from '../../time/layout.ts';
import { parseLayout } from '../../time/parse-layout.ts';
import { loadZone } from '../../time/zones.ts';
import { Failure } from '../errors.ts';
import { toJson } from '../json.ts';
import type { GoFunction, ParameterType } from '../signature.ts';
import { Int, SafeText, Slice, type Value } from '../value.ts';
import { humanizeDuration } from './durations.ts';
import { decodeBase64, encodeBase64, unescapeQuery } from './encoding.ts';
import { title, toLower, toUpper } from './letter-case.ts';
import { append, dict, join, list } from './lists.ts';
import { matches, replaceAll } from './regexps.ts';

const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|(?<!${SPACE})${SPACE}+$`, 'g');

/** Takes texts. */
function texts(count: number, call: (...texts: string[]) => Value): GoFunction {
  const parameters: ParameterType[] = Array.from({ length: count }, () => 'string');
  return { parameters, call: (args) => call(...(args as readonly string[])) };
}

function fixed(parameters: readonly ParameterType[], call: GoFunction['call']): GoFunction {
  return { parameters, call };
}

/** What the modules of time throw is Go's text. */
function failing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

function toDate(layout: string, text: string): Time {
  try {
    return parseLayout(layout, text);
  } catch {
    return ZERO_TIME;
  }
}

export const ALERTMANAGER_FUNCTIONS: Readonly<Record<string, GoFunction>> = {
  toUpper: texts(1, toUpper),
  toLower: texts(1, toLower),
  title: texts(1, title),
  trimSpace: texts(1, (text) => text.replace(OUTER_SPACE, '')),
  join: fixed(['string', 'interface {}'], ([separator, value]) => join(separator as string, value)),
  match: fixed(['string', 'string'], ([pattern, text], { budget }) => {
    return matches(pattern as string, text as string, budget);
  }),
  reReplaceAll: fixed(['string', 'string', 'string'], ([pattern, replacement, text], { budget }) => {
    return replaceAll(pattern as string, replacement as string, text as string, budget);
  }),
  safeHtml: texts(1, (text) => new SafeText('template.HTML', text)),
  safeUrl: texts(1, (text) => new SafeText('template.URL', text)),
  urlUnescape: texts(1, unescapeQuery),
  stringSlice: {
    parameters: [],
    variadic: 'string',
    call: (items) => new Slice('[]string', items),
  },
  list: { parameters: [], variadic: 'interface {}', call: list },
  append: { parameters: ['[]interface {}'], variadic: 'interface {}', call: append },
  dict: { parameters: [], variadic: 'interface {}', call: dict },
  toJson: fixed(['interface {}'], ([value]) => toJson(value)),
  base64encode: texts(1, encodeBase64),
  base64decode: texts(1, decodeBase64),
  routeLabels: fixed(['string'], ([name], { routeLabel }) => routeLabel(name as string)),
  date: fixed(['string', 'time.Time'], ([layout, time]) => formatLayout(time as Time, layout as string)),
  tz: fixed(['string', 'time.Time'], ([name, time]) => (time as Time).in(failing(() => loadZone(name as string)))),
  now: fixed([], (_, { now }) => now()),
  since: fixed(['time.Time'], ([time], { now }) => new Int('time.Duration', now().sub(time as Time))),
  toDate: texts(2, toDate),
  mustToDate: texts(2, (layout, text) => failing(() => parseLayout(layout, text))),
  addDuration: fixed(['string', 'time.Time'], ([text, time]) => {
    const nanos = failing(() => parseDurationNanos(text as string));
    const sum = (time as Time).add(nanos);
    return new Int('int64', BigInt(sum.seconds) * 1_000n + BigInt(Math.floor(sum.nanoseconds / 1_000_000)));
  }),
  humanizeDuration: fixed(['interface {}'], ([value]) => humanizeDuration(value)),
};
