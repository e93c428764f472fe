import { cutText, visibleText } from './visible.js';

/*
 * Everything that is shown goes through here as text: what an alert says is its sender's word, and never becomes markup.
 */

/** Of a list that somebody else made, so many are shown: labels, annotations, matchers; characters of a text. */
const MOST = 40;
const LONGEST = 5_000;

/**
 * Makes an element.
 * @param {string} tag `div`, or with classes `div.card.head`
 * @param {Record<string, unknown>} properties `on...` are listeners, the rest attributes; false and undefined are left out
 * @param {...(Node | string | undefined | (Node | string | undefined)[])} children lists are handed over as they are:
 *   as arguments of a call, a long one would be too much
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
  for (const child of children.flat()) {
    if (child !== undefined) element.append(typeof child === 'string' ? visibleText(child) : child);
  }
  return element;
}

/** The first of a list, each as `show` has it, and how many more there are. */
export function first(list, show, more) {
  const shown = list.slice(0, MOST).map(show);
  if (list.length > MOST) shown.push(more(`and ${list.length - MOST} more`));
  return shown;
}

/** Small texts side by side, the first of them. @param {(item) => Node} show */
export function chips(list, show) {
  return el(
    'ul.chips',
    {},
    first(
      list,
      (item) => el('li', {}, show(item)),
      (text) => el('li.faint', {}, text),
    ),
  );
}

/** `label="value"`, cut where it is long. */
export function labelText(name, value) {
  return cutText(`${name}=${JSON.stringify(value)}`, 500);
}

/** A text of any length, the beginning of it. */
export function someText(text) {
  return cutText(text, LONGEST);
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
  throw Object.assign(new Error(`${answer.status}: ${message(text)}`), { status: answer.status });
}

/** One silence. @throws Error that says so when there is none */
export async function fetchSilence(id) {
  try {
    return await api(`silence/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error.status !== 404) throw error;
    throw new Error(`There is no silence ${id}: it ended a while ago and was removed, or there never was one.`);
  }
}

function message(text) {
  try {
    const body = JSON.parse(text);
    return typeof body === 'string' ? body : (body.message ?? text);
  } catch {
    return text || 'the server gives no reason';
  }
}

/** What went wrong, for the reader. */
export function failure(error) {
  return el('p.notice.bad', { role: 'alert' }, error.message);
}
