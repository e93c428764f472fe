/** Which of the two template languages a string of the configuration is in. */
import type { TemplateLanguage } from '../config/types.ts';

/** What the string itself says by the comment that it begins with: `{{! }}` or `{{/* *\/}}`; else what is set for all. */
export function givenLanguage(source: string, setting: TemplateLanguage): 'go' | 'handlebars' | undefined {
  const first = source.slice(source.indexOf('{{'));
  if (/^\{\{~?!/.test(first)) return 'handlebars';
  if (/^\{\{(?:-[ \t\r\n])?\/\*/.test(first)) return 'go';
  return setting === 'auto' ? undefined : setting;
}

const HANDLEBARS = /\{\{\{|\{\{~?[#/^>&!]|~\}\}|\{\{\s*(?:@|\.\.\/|this\b)|\bas \|/;
/** Names of Handlebars' data where Go would have a function. */
const DATA =
  /\{\{(?:[^"{}]|"[^"]*")*(?<![.$\w])(?:receiver|status|alerts|groupLabels|commonLabels|commonAnnotations|labels|annotations|externalURL|tocsin|startsAt|endsAt|fingerprint|generatorURL)\b/;
const GO = /\{\{-?\s*(?:\.[A-Za-z]|\$|(?:end|if|range|with|template|define|block)\b)/;

/** Whether a string that neither language takes was meant as Handlebars: it has signs that Go's never have. */
export function looksLikeHandlebars(source: string): boolean {
  return (HANDLEBARS.test(source) || DATA.test(source)) && !GO.test(source);
}

/** Whether it names fields as Go does, `.Alerts`: Handlebars parses that too, as two names. */
export function looksLikeGo(source: string): boolean {
  return /\{\{(?:[^"`{}]|"[^"]*"|`[^`]*`)*(?<![\w.)])[.$][A-Za-z]/.test(source);
}

/** Functions of other programs that run Go templates. */
const ELSEWHERE: readonly (readonly [string, RegExp])[] = [
  [
    'Sprig (Helm)',
    /^(?:default|upper|lower|quote|squote|trim|trunc|indent|nindent|contains|hasPrefix|hasSuffix|replace|add|sub|mul|div|mod|ternary|empty|coalesce|get|hasKey|keys|first|last|until|toString|int|int64|float64|fromJson|nospace|repeat|cat|ternary|dateInZone|dateModify|ago)$/,
  ],
  [
    'Prometheus',
    /^(?:humanize|humanize1024|humanizePercentage|humanizeTimestamp|query|value|label|graphLink|tableLink|sortByLabel|args|parseDuration|externalURL|pathPrefix|stripPort|stripDomain|toTime)$/,
  ],
  ['Grafana', /^(?:data|coll\w*|tmpl\w*)$/],
];

/** What to do about a reason of Go's; '' where nothing more can be said. */
export function goHint(reason: string, source: string): string {
  const name = /^function "(.*)" not defined$/.exec(reason)?.[1];
  const owner = name === undefined ? undefined : ELSEWHERE.find(([, names]) => names.test(name))?.[0];
  if (owner !== undefined) return `: ${name} is a function of ${owner}, Alertmanager has none of that name`;
  if (/[\u201c\u201d\u2018\u2019]/.test(source) && /unrecognized character|bad character/.test(reason)) {
    return ': write straight quotes';
  }
  if (/unexpected "=" in operand|expected :=|unexpected <?=/.test(reason))
    return ': Go templates compare with eq, as in eq .Status "firing"';
  if (/illegal number syntax: "\+"|bad character U\+002B/.test(reason)) return ': Go templates have no arithmetic';
  return '';
}
