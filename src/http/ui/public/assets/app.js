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

async function show() {
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
  if (turn === shown) page.replaceChildren(content);
}

window.addEventListener('hashchange', () => void show());
setInterval(() => {
  const busy = page.contains(document.activeElement) && document.activeElement.matches('input, textarea, select');
  if (!document.hidden && !busy && view().refresh) void show();
}, REFRESH);
void show();
