import { ago, api, chips, el, failure, labelText } from './dom.js';

/** What runs, for whom, and with which configuration: `#/status`. */
export async function statusPage() {
  const page = el('div', {}, el('div.bar', {}, el('h1', {}, 'Status')));
  try {
    const [status, receivers] = await Promise.all([api('status'), api('receivers')]);
    page.append(summary(status), showReceivers(receivers), configuration(status.config.original));
  } catch (error) {
    page.append(failure(error));
  }
  return page;
}

function summary({ versionInfo, uptime, cluster }) {
  const rows = [
    ['Running since', ago(uptime)],
    ['Tocsin', versionInfo.revision.replace(/^tocsin-/, '')],
    ['Alertmanager compatibility', versionInfo.version],
    ['Runtime', versionInfo.goVersion],
    [
      'Cluster',
      cluster.status === 'disabled'
        ? 'none'
        : `${cluster.status}: ${cluster.peers.map(({ address }) => address).join(', ')}`,
    ],
  ];
  return el(
    'section.card.body',
    {},
    el(
      'dl',
      {},
      rows.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
    ),
  );
}

function showReceivers(receivers) {
  return el(
    'section.card',
    {},
    el('div.head', {}, el('h2', {}, 'Receivers')),
    receivers.map(({ name, labels = {} }) =>
      el(
        'div.item',
        {},
        el('a', { href: `#/alerts?receiver=${encodeURIComponent(name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))}` }, name),
        chips(
          Object.entries(labels).filter(([label]) => label !== 'name'),
          ([label, value]) => el('span.chip', {}, labelText(label, value)),
        ),
      ),
    ),
  );
}

function configuration(text) {
  return el(
    'section.card',
    {},
    el('div.head', {}, el('h2', {}, 'Running configuration')),
    el(
      'p.item.faint',
      {},
      'As amtool reads it: secrets are hidden, and keys that only Tocsin knows (sources, recipients, teams ...) are left out.',
    ),
    el('pre.item', { tabindex: 0 }, text),
  );
}
