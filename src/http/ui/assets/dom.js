/*
 * Everything that is shown goes through here as text: what an alert says is its sender's word, and never becomes markup.
 */

/**
 * Makes an element.
 * @param {string} tag `div`, or with classes `div.card.head`
 * @param {Record<string, unknown>} properties `on...` are listeners, the rest attributes; false and undefined are left out
 * @param {...(Node | string | undefined)} children
 */
export function el(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A link, where the address is one that a browser may follow; else its text. */
export function link(href, text, properties = {}) {
  const safe = /^(?:https?:\/\/|#\/)/i.test(href);
  return safe ? el('a', { href, rel: 'noreferrer', ...properties }, text) : el('span.faint', {}, `${text}: ${href}`);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** `2h 5m`: the two greatest units. */
export function duration(ms) {
  const parts = [];
  let left = Math.abs(ms);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

/** A time as `5m ago`, with the exact one on hovering. */
export function ago(time) {
  const ms = Date.now() - Date.parse(time);
  return el('time', { datetime: time, title: time }, ms >= 0 ? `${duration(ms)} ago` : `in ${duration(ms)}`);
}

/** Calls API v2. @throws Error with the server's own words */
export async function api(path, options) {
  const answer = await fetch(`api/v2/${path}`, options);
  const text = await answer.text();
  if (answer.ok) return text === '' ? undefined : JSON.parse(text);
  throw new Error(`${answer.status}: ${message(text)}`);
}

function message(text) {
  try {
    const body = JSON.parse(text);
    return typeof body === 'string' ? body : (body.message ?? text);
  } catch {
    return text || 'no answer';
  }
}

/** What went wrong, for the reader. */
export function failure(error) {
  return el('p.notice.bad', { role: 'alert' }, error.message);
}
