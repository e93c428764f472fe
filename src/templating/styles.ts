/**
 * A mail's style sheet, prepared once: mail clients want the style of each element in its `style` attribute, and media
 * queries (dark mode, small screens) in the head. A rule of one class, `.card { ... }`, becomes the former through the
 * helper `css`; everything else is the latter, through the helper `styles`.
 */
export interface Styles {
  /** For the head. */
  readonly head: string;
  /** ` class="card firing" style="..."` of these classes, in order; a class that nothing knows is left out. */
  attributes(classes: readonly string[]): string;
}

const CLASS_NAME = /^[a-z][\w-]*$/i;

export function parseStyles(source: string): Styles {
  const declarations = new Map<string, string>();
  let head = '';
  for (const { selector, body } of rules(source.replace(/\/\*[\s\S]*?\*\//g, ''))) {
    const classes = selector.split(',').map((part) => part.trim().replace(/^\./, ''));
    if (selector.startsWith('.') && classes.every((name) => CLASS_NAME.test(name))) {
      for (const name of classes) declarations.set(name, (declarations.get(name) ?? '') + compact(body));
    } else head += `${selector}{${lines(compact(body))}}\n${darkForOutlook(selector, body)}`;
  }
  const inHead = new Set(Array.from(head.matchAll(/\.([a-z][\w-]*)/gi), (match) => match[1]));
  const cache = new Map<string, string>();
  return {
    head,
    attributes(classes) {
      const key = classes.join(' ');
      let result = cache.get(key);
      if (result === undefined) {
        const names = classes.filter((name) => inHead.has(name)).join(' ');
        const style = classes
          .map((name) => declarations.get(name) ?? '')
          .join('')
          .replaceAll('"', "'");
        result = (names === '' ? '' : ` class="${names}"`) + (style === '' ? '' : ` style="${style}"`);
        // Class names come from templates, in part from a handful of severities: never from free text.
        if (cache.size < 1_000) cache.set(key, result);
      }
      return result;
    },
  };
}

/** Outlook on the web ignores prefers-color-scheme and marks its own dark mode with an attribute. */
function darkForOutlook(selector: string, body: string): string {
  if (!/prefers-color-scheme:\s*dark/.test(selector)) return '';
  return rules(body)
    .map(
      (rule) =>
        `${rule.selector
          .split(',')
          .map((part) => `[data-ogsc] ${part.trim()}`)
          .join(',')}{${compact(rule.body)}}\n`,
    )
    .join('');
}

/** Top-level `selector { body }` pairs; a body may hold nested rules. */
function rules(css: string): { selector: string; body: string }[] {
  const found: { selector: string; body: string }[] = [];
  let depth = 0;
  let start = 0;
  let open = 0;
  for (let i = 0; i < css.length; i++) {
    if (css[i] === '{' && depth++ === 0) open = i;
    else if (css[i] === '}' && --depth === 0) {
      found.push({ selector: css.slice(start, open).trim(), body: css.slice(open + 1, i) });
      start = i + 1;
    }
  }
  return found;
}

/** A rule of a media query per line: long lines would cost a mail its plain encoding. */
function lines(rules: string): string {
  return rules.replaceAll('}', '}\n');
}

function compact(body: string): string {
  const text = body
    .replace(/\s+/g, ' ')
    .replace(/\s*([{};:,])\s*/g, '$1')
    .trim();
  return text === '' || text.endsWith(';') || text.endsWith('}') ? text : `${text};`;
}
