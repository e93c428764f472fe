const TERM = /\s*("(?:[^"\\]|\\.)*"|[^\s{}!=~,\\"'`]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^\s,}"]*)\s*(?:,|$)/y;

/**
 * Reads `{a="b", c=~"d.*"}`, braces or not. The server is the judge of it; this needs to know the parts only.
 * @returns {{name: string, operator: string, value: string}[]}
 * @throws Error that says from where on it is not understood
 */
export function parseMatchers(text) {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '');
  const matchers = [];
  TERM.lastIndex = 0;
  while (inner.slice(TERM.lastIndex).trim() !== '') {
    const from = TERM.lastIndex;
    const match = TERM.exec(inner);
    if (!match) throw new Error(`Cannot read “${inner.slice(from).trim()}”. Matchers look like a="b", c=~"d.*".`);
    matchers.push({ name: unquote(match[1]), operator: match[2], value: unquote(match[3]) });
  }
  return matchers;
}

function unquote(text) {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A classic value may hold other backslashes, which are themselves there.
    return text.slice(1, -1).replace(/\\(["\\n])/g, (_, char) => (char === 'n' ? '\n' : char));
  }
}

export function formatMatcher({ name, operator, value }) {
  const plain = /^[^\s{}!=~,\\"'`]+$/.test(name);
  return `${plain ? name : JSON.stringify(name)}${operator}${JSON.stringify(value)}`;
}

export function formatMatchers(matchers) {
  return `{${matchers.map(formatMatcher).join(', ')}}`;
}

/** `{name, value, isRegex, isEqual}` of the API and back. */
export function fromApi({ name, value, isRegex, isEqual = true }) {
  return { name, value, operator: (isEqual ? '=' : '!') + (isRegex ? '~' : isEqual ? '' : '=') };
}

export function toApi({ name, operator, value }) {
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
}

/** `filter=` parameters, one per matcher. */
export function filterQuery(matchers) {
  return matchers.map((matcher) => `filter=${encodeURIComponent(formatMatcher(matcher))}`).join('&');
}
