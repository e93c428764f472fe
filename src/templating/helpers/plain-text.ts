import { type HelperCall, type Helpers, listOf, property, textOf } from '../helper.ts';
import { visibleText } from '../visible-text.ts';

const WIDTH = 76;

/** The layout of a mail's text part: 76 columns. */
export const plainTextHelpers: Helpers = {
  /** `wrap text indent=4 first="  - "`: wrapped text; the first line begins with `first`, the others are indented. */
  wrap: ([text], call) => {
    const indent = ' '.repeat(numberIn(call, 'indent'));
    const first = 'first' in call.hash ? textOf(call.hash.first) : indent;
    return wrapText(textOf(text), first, indent);
  },
  /** Text with its own lines kept, each indented: processes, YAML. */
  indented: ([text], call) => {
    const indent = ' '.repeat(numberIn(call, 'indent'));
    return visibleText(textOf(text))
      .trimEnd()
      .split('\n')
      .map((line) => (indent + line).trimEnd())
      .join('\n');
  },
  /** Name/value pairs as lines with the values in one column. */
  factLines: ([pairs], call) => factLines(listOf(pairs), ' '.repeat(numberIn(call, 'indent'))),
  /** Length in characters as they are seen, where `len` counts bytes as Go does. */
  runes: ([text]) => [...textOf(text)].length,
  /** A heading with a line under it: `rule "Violations" "-"`. */
  underlined: ([title, stroke]) => {
    const lines = wrapText(textOf(title), '', '');
    const width = Math.max(...lines.split('\n').map((line) => line.length));
    return `${lines}\n${(textOf(stroke) || '-').repeat(Math.min(width, WIDTH))}`;
  },
};

function numberIn({ hash }: HelperCall, name: string): number {
  return Math.min(Math.max(Number(textOf(hash[name])) || 0, 0), 40);
}

function factLines(pairs: readonly unknown[], indent: string): string {
  const facts = pairs.map((pair) => ({ name: textOf(property(pair, 'name')), value: textOf(property(pair, 'value')) }));
  const column = Math.min(Math.max(...facts.map(({ name }) => name.length), 0), 20) + 2;
  return facts
    .map(({ name, value }) => {
      const label = `${indent}${`${visibleText(name).replace(/\s+/g, ' ')}:`.padEnd(column - 1)} `;
      return wrapText(value, label, indent + ' '.repeat(column));
    })
    .join('\n');
}

/**
 * Wraps each line of the text on its own. Indentation and runs of blanks stay where the line is not broken, and words
 * longer than a line are left whole: they are links and paths.
 */
export function wrapText(text: string, first: string, indent: string): string {
  const out: string[] = [];
  let prefix = first;
  const lines = visibleText(text)
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()
    .replaceAll('\t', '    ')
    .split('\n');
  for (const paragraph of lines) {
    // Most lines fit.
    if (prefix.length + paragraph.length <= WIDTH) {
      out.push((prefix + paragraph).trimEnd());
      prefix = indent;
      continue;
    }
    const own = /^ */.exec(paragraph)?.[0].slice(0, WIDTH / 2) ?? '';
    let line = prefix + own;
    let gap = '';
    for (const [, word = '', blanks = ''] of paragraph.trim().matchAll(/(\S+)(\s*)/g)) {
      if (gap !== '' && line.length + gap.length + word.length > WIDTH) {
        out.push(line);
        line = indent + own + word;
      } else line += gap + word;
      gap = blanks;
    }
    out.push(line.trimEnd());
    prefix = indent;
  }
  return out.join('\n');
}
