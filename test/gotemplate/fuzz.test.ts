import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataFromJson } from '../../src/gotemplate/data-json.ts';
import { GoTemplateError } from '../../src/gotemplate/errors.ts';
import { type Mode, TemplateSet } from '../../src/gotemplate/template-set.ts';
import { fromTimestamp } from '../../src/time/go-time.ts';

/* Whatever a template is, and whatever the alerts hold, rendering ends with text or with the one error that says why. */

const { mixed, one } = JSON.parse(readFileSync('test/fixtures/gotemplates/cases.json', 'utf8')).data;
const data = [dataFromJson(mixed), dataFromJson(one), dataFromJson({})];
const set = new TemplateSet([
  { name: 'own.tmpl', text: '{{ define "own" }}[{{ . }}]{{ template "own2" . }}{{ end }}{{ define "own2" }}{{ end }}' },
]);

function render(text: string, mode: Mode, sets = data): void {
  try {
    const run = set.prepare(text, mode);
    for (const one of sets) expect(typeof run(one, fromTimestamp(1_772_600_767_000))).toBe('string');
  } catch (error) {
    if (!(error instanceof GoTemplateError)) throw error;
    expect(error.message).toMatch(/^(?:template|html\/template):/);
  }
}

const WORDS =
  'if range with else end define block template break continue nil true len index slice print printf println html js urlquery call and or not eq ne lt le gt ge toUpper title join match reReplaceAll safeHtml safeUrl urlUnescape stringSlice list append dict toJson base64encode base64decode date tz now since toDate mustToDate addDuration humanizeDuration routeLabels'.split(
    ' ',
  );
const OPERANDS = [
  ...[
    '.',
    '$',
    '$x',
    '.Alerts',
    '.Status',
    '.GroupLabels',
    '.CommonLabels.severity',
    '.Alerts.Firing',
    '.StartsAt',
    '.Foo',
    '.Labels',
  ],
  ...[
    '(index .Alerts 0)',
    '.SortedPairs',
    '.Format "2006"',
    '.Add 28800e9',
    '.Values',
    '.Remove',
    '.Join ","',
    '.Unix',
    '.MarshalJSON',
  ],
  ...[
    '1',
    '-1',
    '1e300',
    '9223372036854775807',
    "'x'",
    '0x',
    '1i',
    '"a"',
    '"%d %*v %[2]q %!"',
    '`r`',
    '"(a*)*b"',
    '"\\xff\\u20ac"',
    '"$1"',
  ],
  ...['"2006-01-02T15:04:05Z07:00"', '"1h"', '"Europe/Rome"', '"99999999999h"', '"%1000000d"'],
];
const HTML =
  '<a href="|<p title=\'|<i class=|style="|url(|">|\'|>|<script>|</script>|<style>|</style>|<!--|-->|<title>|</title>|`|$|{|}|/|?q=|&#34;|\\|<'.split(
    '|',
  );

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('{{ ', ' }}', '{{- ', ' -}}', '{{', '}}') },
  { weight: 5, arbitrary: fc.constantFrom(...WORDS.map((word) => `${word} `)) },
  { weight: 6, arbitrary: fc.constantFrom(...OPERANDS.map((operand) => `${operand} `)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '| ',
      '(',
      ') ',
      ':= ',
      '= ',
      ', ',
      '$x := ',
      '/* c */',
      '"own" ',
      '"__subject" ',
      'else if ',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...HTML) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
);
const action = fc
  .tuple(fc.constantFrom(...WORDS.slice(12), 'printf "%v"'), fc.array(fc.constantFrom(...OPERANDS), { maxLength: 3 }))
  .map(([name, operands]) => `{{ ${name} ${operands.join(' ')} }}`);
const template = fc.oneof(
  fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join('')),
  fc
    .array(
      fc.oneof(
        action,
        fc.constantFrom(...HTML),
        fc.constantFrom('{{ if .Status }}', '{{ range .Alerts }}', '{{ end }}', '{{ else }}', ' '),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

test.each(['text', 'html'] as const)('any template, as %s', (mode) => {
  fc.assert(
    fc.property(template, (text) => render(text, mode)),
    { numRuns: 1_500 },
  );
});

test('any labels', () => {
  const texts = [
    '{{ . }}',
    '{{ toJson . }}',
    '{{ printf "%#v %q" . .CommonLabels }}',
    '<a href="{{ .CommonLabels.a }}" title={{ .CommonLabels.a }}>{{ .CommonLabels.a }}</a>',
  ];
  const renderings = texts.flatMap((text) => [set.prepare(text, 'text'), set.prepare(text, 'html')]);
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (labels) => {
      const hostile = dataFromJson({ ...mixed, commonLabels: { ...labels, a: Object.values(labels).join('') } });
      for (const run of renderings) expect(typeof run(hostile, fromTimestamp(0))).toBe('string');
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['braces', '{{'.repeat(5_000_000)],
  ['actions', '{{.Status}}'.repeat(50_000)],
  ['parentheses', `{{${'('.repeat(200_000)}1${')'.repeat(200_000)}}}`],
  ['branches', `${'{{if true}}'.repeat(20_000)}x${'{{end}}'.repeat(20_000)}`],
  ['else if', `{{if false}}${'{{else if false}}'.repeat(20_000)}{{end}}`],
  ['fields', `{{ .${'a.'.repeat(100_000)}a }}`],
  ['pipes', `{{ 1${' | print'.repeat(30_000)} }}`],
  ['operands', `{{ print ${'1 '.repeat(50_000)} }}`],
  ['definitions', Array.from({ length: 20_000 }, (_, i) => `{{define "d${i}"}}x{{end}}`).join('')],
  ['a comment', `{{/*${'x'.repeat(5_000_000)}`],
  ['a string', `{{ "${'\\'.repeat(1_000_001)}`],
  ['a number', `{{ ${'9'.repeat(200_000)} }}`],
  ['an exponent', '{{ 1e999999999 }} {{ 0x1p999999999 }}'],
  ['a loop', '{{ range 9223372036854775807 }}{{ end }}'],
  ['a loop of output', '{{ range 9223372036854775807 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}'],
  ['recursion', '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}'],
  ['a list that doubles', '{{ $l := list 1 }}{{ range 60 }}{{ $l = list $l $l }}{{ end }}{{ $l }}'],
  ['a text that doubles', '{{ $t := "x" }}{{ range 60 }}{{ $t = print $t $t }}{{ end }}{{ $t }}'],
  ['deep lists', '{{ $l := list }}{{ range 100000 }}{{ $l = list $l }}{{ end }}{{ $l }}{{ toJson $l }}'],
  ['widths', '{{ range 100000 }}{{ printf "%1000000d" 1 }}{{ end }}'],
  ['a slow expression', '{{ match "(a*)*(a*)*(a*)*b" (printf "%100000s" "") }}'],
  ['replacing', '{{ $t := printf "%100000d" 1 }}{{ range 1000 }}{{ $t = reReplaceAll "" "xx" $t }}{{ end }}'],
])('%s without end', { timeout: 60_000 }, (_, text) => {
  for (const mode of ['text', 'html'] as const) render(text, mode, data.slice(0, 1));
});

test.each([
  ['text', `{{ range printf "%1000000d" 1 }}{{ end }}`],
  ['text', `{{ ${'x'.repeat(1_000_000)} }}`],
  ['html', `{{ template "${'x'.repeat(1_000_000)}" }}`],
  ['html', `<a href=${'x'.repeat(1_000_000)}"{{ . }}>`],
] as const)('an error is never as long as what it quotes (%s, %#)', (mode, text) => {
  const prepare = () => set.prepare(text, mode)(dataFromJson(mixed), fromTimestamp(0));
  expect(prepare).toThrow(GoTemplateError);
  try {
    prepare();
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(5_000);
  }
});
