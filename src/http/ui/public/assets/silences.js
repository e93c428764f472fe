import { ago, api, chips, el, failure, fetchSilence, link, someText } from './dom.js';
import { formatMatcher, fromApi } from './matchers.js';
import { cutText } from './visible.js';

const ORDER = ['active', 'pending', 'expired'];
/** More than this is amtool's business. */
const MOST_SILENCES = 500;

/** The list of silences: `#/silences?expired=true`. */
export async function silencesPage(parameters, go) {
  const expired = parameters.get('expired') === 'true';
  const box = el('input', {
    type: 'checkbox',
    checked: expired,
    onchange: () => go('/silences', { expired: box.checked }),
  });
  const page = el(
    'div',
    {},
    el(
      'div.bar',
      {},
      el('h1', {}, 'Silences'),
      el('label.check', {}, box, 'Expired'),
      el('a.button.main', { href: '#/silences/new' }, 'New silence'),
    ),
  );
  try {
    const silences = await api(`silences?expired=${expired}`);
    const shown = silences.sort((a, b) => ORDER.indexOf(a.status.state) - ORDER.indexOf(b.status.state));
    if (shown.length === 0) page.append(el('p.notice', {}, 'No silences.'));
    else page.append(showSilences(shown, go));
  } catch (error) {
    page.append(failure(error));
  }
  return page;
}

function showSilences(silences, go) {
  const items = silences.slice(0, MOST_SILENCES).map((silence) => showSilence(silence, go));
  if (silences.length > MOST_SILENCES) {
    items.push(el('p.item.faint', {}, `${silences.length} silences; the first ${MOST_SILENCES} are shown.`));
  }
  return el('section.card', {}, items);
}

/** One silence: `#/silences/ID`. */
export async function silencePage(id, go) {
  const page = el('div', {}, el('div.bar', {}, el('h1', {}, 'Silence'), link('#/silences', 'All silences')));
  try {
    page.append(el('section.card', {}, showSilence(await fetchSilence(id), go)));
  } catch (error) {
    page.append(failure(error));
  }
  return page;
}

function showSilence(silence, go) {
  const { id, status, comment, createdBy, startsAt, endsAt, matchers } = silence;
  const item = el(
    'article.item',
    {},
    el(
      'div.title',
      {},
      el(`span.badge.${status.state}`, {}, status.state),
      el('strong', {}, comment ? someText(comment) : 'no comment'),
      el('span.faint', {}, createdBy ? `by ${cutText(createdBy, 200)}` : ''),
    ),
    chips(matchers, (matcher) => el('span.chip', {}, cutText(formatMatcher(fromApi(matcher)), 500))),
    el(
      'dl',
      {},
      el('dt', {}, status.state === 'pending' ? 'Starts' : 'Started'),
      el('dd', {}, ago(startsAt)),
      el('dt', {}, status.state === 'expired' ? 'Ended' : 'Ends'),
      el('dd', {}, ago(endsAt)),
    ),
    el(
      'div.links',
      {},
      link(`#/silences/${encodeURIComponent(id)}`, 'Link'),
      link(`#/silences/edit?id=${encodeURIComponent(id)}`, status.state === 'expired' ? 'Recreate' : 'Edit'),
      status.state === 'expired'
        ? undefined
        : el('button', { type: 'button', onclick: () => expire(id, item, go) }, 'Expire'),
    ),
  );
  return item;
}

async function expire(id, item, go) {
  if (!window.confirm('Expire this silence? Matching alerts will notify again.')) return;
  try {
    await api(`silence/${encodeURIComponent(id)}`, { method: 'DELETE' });
    go('/silences', { expired: false });
  } catch (error) {
    item.append(failure(error));
  }
}
