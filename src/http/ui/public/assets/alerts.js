import { ago, api, chips, el, failure, first, labelText, link, someText } from './dom.js';
import { filterQuery, formatMatcher, formatMatchers, MOST_MATCHERS, parseMatchers } from './matchers.js';
import { cutText } from './visible.js';

/** More than this is for the filter, not for scrolling. */
const MOST_ALERTS = 500;
/** Severities that have a colour. */
const COLOURED = new Set(['critical', 'high', 'warning', 'medium', 'info', 'low']);

/** The alerts page: `#/alerts?filter={...}&receiver=...&silenced=true&inhibited=true&active=true`. */
export async function alertsPage(parameters, go) {
  const state = {
    filter: parameters.get('filter') ?? '',
    receiver: parameters.get('receiver') ?? '',
    silenced: parameters.get('silenced') === 'true',
    inhibited: parameters.get('inhibited') === 'true',
    muted: parameters.get('muted') === 'true',
  };
  const navigate = (change) => go('/alerts', { ...state, ...change });
  const page = el('div', {}, el('div.bar', {}, el('h1', {}, 'Alerts')), filterForm(state, navigate));
  try {
    const matchers = parseMatchers(state.filter);
    const flags = ['silenced', 'inhibited', 'muted'].map((name) => `${name}=${state[name]}`).join('&');
    const receiver = state.receiver && `&receiver=${encodeURIComponent(state.receiver)}`;
    const query = `${receiver}&${filterQuery(matchers)}`;
    const groups = await api(`alerts/groups?${flags}${query}`);
    const content = groups.length > 0 ? showGroups(groups, matchers, navigate) : await showNone(query, state, navigate);
    page.append(el('div', {}, content));
  } catch (error) {
    page.append(failure(error));
  }
  return page;
}

function filterForm(state, navigate) {
  const filter = el('input', {
    type: 'text',
    name: 'filter',
    value: state.filter,
    placeholder: 'alertname="DiskFull", team=~"a|b"',
    'aria-label': 'Filter by labels',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const box = (name, text) =>
    el(
      'label.check',
      {},
      el('input', {
        type: 'checkbox',
        checked: state[name],
        onchange: (event) => navigate({ [name]: event.target.checked }),
      }),
      text,
    );
  return el(
    'form.filter',
    {
      onsubmit: (event) => {
        event.preventDefault();
        navigate({ filter: filter.value });
      },
    },
    filter,
    el('button', { type: 'submit' }, 'Filter'),
    box('silenced', 'Silenced'),
    box('inhibited', 'Inhibited'),
    box('muted', 'Muted'),
    state.receiver
      ? el(
          'button.chip',
          { type: 'button', onclick: () => navigate({ receiver: '' }) },
          `receiver: ${unescapePattern(state.receiver)} ✕`,
        )
      : undefined,
  );
}

/** Mails link with the receiver's name as a pattern. */
function unescapePattern(pattern) {
  return pattern.replace(/\\(.)/g, '$1');
}

/** Nothing to show may still mean that alerts fire and nobody is notified. */
async function showNone(query, { filter, receiver }, navigate) {
  const all = await api(`alerts/groups?silenced=true&inhibited=true&muted=true${query}`);
  const reasons = new Map(
    all.flatMap(({ alerts }) => alerts.map((alert) => [alert.fingerprint, kindOf(alert.status)])),
  );
  const parts = ['silenced', 'inhibited', 'muted']
    .map((kind) => [kind, [...reasons.values()].filter((reason) => reason === kind).length])
    .filter(([, count]) => count > 0);
  if (parts.length === 0) {
    return [el('p.notice', {}, filter || receiver ? 'No alert matches.' : 'No alerts: all quiet.')];
  }
  const [[kind, count], ...others] = parts;
  const rest = others.map(([name, more]) => `, ${more} ${name}`).join('');
  return [
    el(
      'p.notice',
      {},
      `${count} ${count === 1 ? 'alert is' : 'alerts are'} ${kind}${rest}. `,
      el(
        'button',
        { type: 'button', onclick: () => navigate(Object.fromEntries(parts.map(([name]) => [name, true]))) },
        'Show',
      ),
    ),
  ];
}

function kindOf({ silencedBy, inhibitedBy }) {
  if (silencedBy.length > 0) return 'silenced';
  return inhibitedBy.length > 0 ? 'inhibited' : 'muted';
}

function showGroups(groups, matchers, navigate) {
  const total = groups.reduce((sum, { alerts }) => sum + alerts.length, 0);
  const addMatcher = (name, value) => {
    const wanted = { name, operator: '=', value };
    const has = matchers.some((matcher) => formatMatcher(matcher) === formatMatcher(wanted));
    if (!has) navigate({ filter: formatMatchers([...matchers, wanted]) });
  };
  const parts = [];
  let left = MOST_ALERTS;
  for (const group of groups) {
    if (left <= 0) break;
    parts.push(orFailure(() => showGroup(group, left, addMatcher)));
    left -= group.alerts.length;
  }
  if (left < 0)
    parts.push(
      el('p.notice', {}, `${total} alerts; the first ${MOST_ALERTS} are shown. Narrow the filter to see the rest.`),
    );
  return parts;
}

/** What cannot be shown must not hide the rest. */
function orFailure(show) {
  try {
    return show();
  } catch (error) {
    return el('div.item', {}, failure(new Error(`This cannot be shown: ${error.message}`)));
  }
}

function showGroup({ labels, receiver, alerts }, most, addMatcher) {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, operator: '=', value }));
  return el(
    'section.card',
    {},
    el(
      'div.head',
      {},
      matchers.length === 0 ? el('h2', {}, 'Not grouped') : labelChips(Object.entries(labels), addMatcher),
      el('span.faint', {}, `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}, receiver ${receiver.name}`),
      matchers.length > 0 ? el('span.end', {}, silenceLink(matchers, 'Silence group')) : undefined,
    ),
    alerts.slice(0, most).map((alert) => orFailure(() => showAlert(alert, labels, addMatcher))),
  );
}

function showAlert(alert, groupLabels, addMatcher) {
  const { labels, annotations, status, startsAt, generatorURL } = alert;
  const { alertname = 'Alert', severity = '' } = labels;
  const own = Object.entries(labels).filter(
    ([name]) => !Object.hasOwn(groupLabels, name) && name !== 'alertname' && name !== 'severity',
  );
  const { summary } = annotations;
  const others = Object.entries(annotations).filter(([name]) => name !== 'summary');
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, operator: '=', value }));
  const item = el(
    'article.item',
    {},
    el(
      'div.title',
      {},
      el('strong', {}, cutText(alertname, 500)),
      severity ? badge(severity, severity) : undefined,
      status.state === 'active' ? undefined : badge('suppressed', reason(status)),
      el('span.faint', {}, ago(startsAt)),
    ),
    summary ? el('p', {}, someText(summary)) : undefined,
    own.length > 0 ? labelChips(own, addMatcher) : undefined,
    others.length > 0 ? definitions(others) : undefined,
    el(
      'div.links',
      {},
      generatorURL ? link(generatorURL, 'Source') : undefined,
      silenceLink(matchers, 'Silence'),
      first(
        status.silencedBy,
        (id) => link(`#/silences/${encodeURIComponent(id)}`, 'Silenced by'),
        (text) => el('span.faint', {}, text),
      ),
    ),
  );
  if (COLOURED.has(severity.toLowerCase())) item.classList.add(severity.toLowerCase());
  return item;
}

function reason({ silencedBy, inhibitedBy, mutedBy }) {
  const kind = kindOf({ silencedBy, inhibitedBy });
  return kind === 'muted' ? `muted by ${mutedBy.join(', ')}` : kind;
}

function badge(kind, text) {
  const element = el('span.badge', {}, cutText(text, 40));
  if (kind === 'suppressed' || COLOURED.has(kind.toLowerCase())) element.classList.add(kind.toLowerCase());
  return element;
}

function labelChips(labels, addMatcher) {
  return chips(labels, ([name, value]) =>
    el(
      'button.chip',
      { type: 'button', title: 'Filter by this', onclick: () => addMatcher(name, value) },
      labelText(name, value),
    ),
  );
}

function definitions(annotations) {
  const shown = first(
    annotations,
    ([name, value]) => [
      el('dt', {}, cutText(name, 200)),
      el('dd', {}, /^https?:\/\/\S+$/i.test(value) ? link(value, someText(value)) : someText(value)),
    ],
    (text) => [el('dt', {}, '…'), el('dd.faint', {}, text)],
  );
  return el('dl', {}, shown.flat());
}

function silenceLink(matchers, text) {
  if (matchers.length > MOST_MATCHERS) return el('span.faint', {}, `${matchers.length} labels: too many to silence by`);
  return link(`#/silences/new?filter=${encodeURIComponent(formatMatchers(matchers))}`, text);
}
