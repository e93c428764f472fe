import { api, duration, el, failure, fetchSilence, link } from './dom.js';
import { filterQuery, fromApi, MOST_MATCHERS, parseMatchers, toApi } from './matchers.js';
import { visibleText } from './visible.js';

const OPERATORS = ['=', '!=', '=~', '!~'];
const AUTHOR = 'tocsin.author';

/** The form: `#/silences/new?filter={...}&comment=...` or `#/silences/edit?id=...`. */
export async function silenceForm(parameters, go) {
  const id = parameters.get('id') ?? '';
  const page = el(
    'div',
    {},
    el('div.bar', {}, el('h1', {}, id ? 'Edit silence' : 'New silence'), link('#/silences', 'All silences')),
  );
  try {
    page.append(form(await initial(id, parameters), go));
  } catch (error) {
    page.append(failure(error));
  }
  return page;
}

async function initial(id, parameters) {
  if (id) {
    const silence = await fetchSilence(id);
    const over = silence.status.state === 'expired';
    return {
      ...silence,
      id,
      matchers: silence.matchers.map(fromApi),
      lasts: over ? '2h' : '',
      startsAt: over ? '' : silence.startsAt,
    };
  }
  const matchers = parseMatchers(parameters.get('filter') ?? '');
  const createdBy = localStorage.getItem(AUTHOR) ?? '';
  return { matchers, createdBy, comment: parameters.get('comment') ?? '', lasts: '2h', startsAt: '', endsAt: '' };
}

function form(silence, go) {
  if (silence.matchers.length > MOST_MATCHERS) {
    throw new Error(
      `${silence.matchers.length} matchers are more than this form takes (${MOST_MATCHERS}): use amtool.`,
    );
  }
  const rows = el('div.rows');
  const preview = el('p.faint', {}, '');
  const problem = el('div', {});
  const field = (name, label, properties = {}) =>
    el(
      'label',
      {},
      el('span', {}, label),
      el('input', { type: 'text', name, value: silence[name] ?? '', ...properties }),
    );
  const addRow = (matcher) => rows.append(matcherRow(matcher, showPreview));
  const addEmptyRow = () => {
    addRow({ name: '', operator: '=', value: '' });
    rows.lastElementChild.querySelector('input').focus();
  };
  // Enter in a matcher adds it; it would save a silence that is not finished.
  rows.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.matches('input')) return;
    event.preventDefault();
    void showPreview();
    const empty = [...rows.querySelectorAll('input')].find((input) => input.value === '');
    if (empty) empty.focus();
    else addEmptyRow();
  });
  const showPreview = async () => {
    try {
      const matchers = readRows(rows);
      if (matchers.length === 0) {
        preview.textContent = 'Add at least one matcher.';
        return;
      }
      const alerts = await api(`alerts?${filterQuery(matchers)}`);
      preview.textContent = `Matches ${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'} now.`;
    } catch (error) {
      preview.textContent = visibleText(error.message);
    }
  };
  for (const matcher of silence.matchers) addRow(matcher);
  if (silence.matchers.length === 0) addRow({ name: '', operator: '=', value: '' });
  const lasts = field('lasts', 'Duration (30m, 2h, 1d 12h)', {
    placeholder: silence.lasts ? '' : `unchanged: until ${silence.endsAt}`,
    value: silence.lasts,
  });
  // As its value: a child would be shown, and so saved, with marks.
  const comment = el('textarea', { name: 'comment', rows: 2, required: true });
  comment.value = silence.comment;
  const element = el(
    'form.card.body',
    {},
    el(
      'fieldset',
      {},
      el('legend', {}, 'Silence alerts that match all of'),
      rows,
      el('div.bar', {}, el('button', { type: 'button', onclick: addEmptyRow }, 'Add matcher'), preview),
      el('div.pair', {}, lasts, field('createdBy', 'Your name', { required: true, autocomplete: 'name' })),
      el('label', {}, el('span', {}, 'Comment'), comment),
      problem,
      el('div.bar', {}, el('button.main', { type: 'submit' }, silence.id ? 'Save' : 'Silence')),
    ),
  );
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      go(`/silences/${await save(silence, rows, new FormData(element))}`, {});
    } catch (error) {
      problem.replaceChildren(failure(error));
    }
  });
  void showPreview();
  return element;
}

function matcherRow({ name, operator, value }, changed) {
  const row = el(
    'div.matcher',
    {},
    exactInput(name, { placeholder: 'label', 'aria-label': 'Label', onchange: changed }),
    el(
      'select',
      { 'aria-label': 'Comparison', onchange: changed },
      OPERATORS.map((text) => el('option', { selected: text === operator }, text)),
    ),
    exactInput(value, { placeholder: 'value', 'aria-label': 'Value', onchange: changed }),
    el(
      'button',
      {
        type: 'button',
        'aria-label': 'Remove',
        title: 'Remove',
        onclick: () => {
          row.remove();
          changed();
        },
      },
      '✕',
    ),
  );
  return row;
}

const exact = new WeakMap();

/** A field for text that may hold what no field takes (line ends) or shows: such a text is marked, and cannot be edited. */
function exactInput(text, properties) {
  const shown = visibleText(text).replaceAll('\n', '␊');
  const kept = shown !== text && { readonly: true, title: 'Holds characters that cannot be typed: kept unchanged' };
  const input = el('input', { type: 'text', value: shown, spellcheck: 'false', ...properties, ...kept });
  if (kept) exact.set(input, text);
  return input;
}

function readRows(rows) {
  return [...rows.children]
    .map((row) => {
      const [name, value] = row.querySelectorAll('input');
      return {
        name: exact.get(name) ?? name.value.trim(),
        operator: row.querySelector('select').value,
        value: exact.get(value) ?? value.value,
      };
    })
    .filter(({ name, value }) => name !== '' || value !== '');
}

async function save(silence, rows, fields) {
  const lasts = fields.get('lasts').trim();
  const now = Date.now();
  const matchers = readRows(rows);
  if (matchers.length === 0) throw new Error('Add at least one matcher.');
  const createdBy = fields.get('createdBy').trim();
  localStorage.setItem(AUTHOR, createdBy);
  const body = {
    ...(silence.id && { id: silence.id }),
    matchers: matchers.map(toApi),
    startsAt: silence.startsAt || new Date(now).toISOString(),
    endsAt: lasts === '' ? silence.endsAt : new Date(now + parseDuration(lasts)).toISOString(),
    createdBy,
    comment: fields.get('comment'),
    ...(silence.annotations && { annotations: silence.annotations }),
  };
  const answer = await api('silences', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.silenceID;
}

const SIZES = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

function parseDuration(text) {
  if (!/^(?:\d+(?:\.\d+)?[wdhms]\s*)+$/.test(text))
    throw new Error(`“${text}” is not a duration such as 30m, 2h or 1d 12h.`);
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([wdhms])/g)) ms += Number(count) * SIZES[unit];
  if (!(ms > 0)) throw new Error(`A silence must last longer than ${duration(ms)}.`);
  return ms;
}
