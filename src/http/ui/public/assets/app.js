import { alertsPage } from './alerts.js';
import { el, failure } from './dom.js';
import { silenceForm } from './silence-form.js';
import { silencePage, silencesPage } from './silences.js';
import { statusPage } from './status.js';

/** Lists are fetched anew this often (ms) while somebody looks. */
const REFRESH = 30_000;

const page = document.getElementById('page');
let shown = 0;

/** Goes to another view. Parameters that are empty or false are left out. */
function go(path, parameters) {
  const kept = Object.entries(parameters).filter(([, value]) => value !== '' && value !== false);
  const query = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  const hash = `#${path}${query && `?${query}`}`;
  if (window.location.hash === hash) void show();
  else window.location.hash = hash;
}

function view() {
  const [path, query = ''] = window.location.hash.slice(1).split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  if (path === '/silences') return { section: path, refresh: true, page: () => silencesPage(parameters, go) };
  if (path === '/silences/new' || path === '/silences/edit') {
    return { section: '/silences', refresh: false, page: () => silenceForm(parameters, go) };
  }
  if (path.startsWith('/silences/')) {
    const id = path.slice('/silences/'.length);
    return { section: '/silences', refresh: true, page: () => silencePage(decodeURIComponent(id), go) };
  }
  if (path === '/status') return { section: path, refresh: false, page: statusPage };
  return { section: '/alerts', refresh: true, page: () => alertsPage(parameters, go) };
}

/** @param isRefresh the same view again: what was typed and what has the focus stay */
async function show(isRefresh = false) {
  const turn = ++shown;
  const current = view();
  for (const anchor of document.querySelectorAll('nav a')) {
    if (anchor.getAttribute('href') === `#${current.section}`) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  let content;
  try {
    content = await current.page();
  } catch (error) {
    content = el('div', {}, failure(error));
  }
  // Somebody may have gone on while this was fetched.
  if (turn !== shown) return;
  const restore = isRefresh ? keepInput(content) : () => {};
  page.replaceChildren(content);
  restore();
}

const FOCUSABLE = 'a, button, input, select, textarea';

/** Takes over what was typed into the view that `content` replaces. @returns gives the focus back, once it is replaced */
function keepInput(content) {
  const typed = [...page.querySelectorAll('input[name], textarea[name]')].filter(
    (old) => old.value !== old.defaultValue,
  );
  for (const old of typed) {
    const field = content.querySelector(`[name="${old.name}"]`);
    if (field) field.value = old.value;
  }
  const active = document.activeElement;
  if (!page.contains(active)) return () => {};
  const same = (element) => element.tagName === active.tagName && nameOf(element) === nameOf(active);
  const nth = [...page.querySelectorAll(FOCUSABLE)].filter(same).indexOf(active);
  const { selectionStart, selectionEnd } = active;
  return () => {
    const candidates = [...page.querySelectorAll(FOCUSABLE)].filter(same);
    const next = candidates[nth] ?? candidates[0];
    next?.focus({ preventScroll: true });
    if (typeof selectionStart === 'number') next?.setSelectionRange(selectionStart, selectionEnd);
  };
}

/** What tells an element from others of its kind, whenever it was made. */
function nameOf(element) {
  return element.name || element.getAttribute('href') || element.parentElement.textContent;
}

window.addEventListener('hashchange', () => void show());
setInterval(() => {
  if (!document.hidden && view().refresh) void show(true);
}, REFRESH);
void show();
