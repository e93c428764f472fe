import { describe, expect, test } from 'vitest';
import { html, text } from './render.ts';

/** What a template gives for `{{{...}}}`, where the expression is written without braces. */
const run = (expression: string, root: unknown = {}): string => text(`{{${expression}}}`, root);

const WORDS: readonly [string, string][] = [
  ['toUpper "abc é"', 'ABC É'],
  ['toLower "ABC"', 'abc'],
  ['title "abc"', 'Abc'],
  ['title "hello wORLD foo-bar foo_bar it\'s"', "Hello World Foo-Bar Foo_bar It's"],
  ['trimSpace " a b c "', 'a b c'],
  ['join "," (list "a" "b" "c")', 'a,b,c'],
  ['join ", " (stringSlice "a" 1)', 'a, 1'],
  ['join "," missing', ''],
  ['match "^a" "abc"', 'true'],
  ['match "abcd" "abc"', 'false'],
  ['match "(?i)B" "abc"', 'true'],
  ['reReplaceAll "ab" "AB" "abcdabcda"', 'ABcdABcda'],
  ['reReplaceAll "(.*):.*" "$1" "db-1:9100"', 'db-1'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Go's replacement syntax
  ['reReplaceAll "(?P<host>[^:]*):(\\d+)" "${2}-${host}$$" "db:9100"', '9100-db$'],
  ['reReplaceAll "a*" "x" "baaac"', 'xbxcx'],
  ['reReplaceAll "(a)(b)?" "[$2|$9]" "aab"', '[|][b|]'],
  ['urlUnescape "search?q=test%20foo+bar"', 'search?q=test foo bar'],
  ['urlquery "a b&c"', 'a+b%26c'],
  ['print "a" 1 true', 'a1 true'],
  ['hasPrefix "ab" "abc"', 'true'],
  ['hasSuffix "ab" "abc"', 'false'],
  ['contains "b" "abc"', 'true'],
  ['base64encode "test"', 'dGVzdA=='],
  ['base64encode "flush>>"', 'Zmx1c2g-Pg=='],
  ['base64decode "dGVzdA=="', 'test'],
  ['truncate 5 "one two three"', 'one…'],
  ['truncate 50 "one\n two"', 'one two'],
  ['plural 1 "alert"', '1 alert'],
  ['plural 12000 "alert"', '12,000 alerts'],
  ['plural 0 "process" "processes"', '0 processes'],
  ['toJson "test"', '"test"'],
  ['toJson 42', '42'],
  ['toJson missing', 'null'],
  ['toJson (dict "b" "<&>" "a" (list 1 "x"))', '{"a":[1,"x"],"b":"\\u003c\\u0026\\u003e"}'],
];

describe('texts', () => {
  test.each(WORDS)('%s', (expression, expected) => expect(run(expression)).toBe(expected));

  test('what Go refuses is an error that names the helper', () => {
    expect(() => run('base64decode "not-valid-base64!"')).toThrow('test.yml:1: base64decode: illegal base64 data');
    expect(() => run('match "(" "a"')).toThrow('test.yml:1: match: error parsing regexp: missing closing ): `(`');
    expect(() => run('urlUnescape "%zz"')).toThrow('test.yml:1: urlUnescape: invalid URL escape in "%zz"');
    expect(() => run('dict "a"')).toThrow('dict: dict requires an even number of arguments');
    expect(() => run('dict 1 "a"')).toThrow('dict: dict keys must be strings');
  });

  test('a pattern that takes a backtracking engine for ever', () => {
    expect(run('match "^(a+)+$" value', { value: `${'a'.repeat(50_000)}!` })).toBe('false');
    expect(run('len (reReplaceAll "(x+x+)+y" "" value)', { value: 'x'.repeat(20_000) })).toBe('20000');
  });
});

const LISTS: readonly [string, string][] = [
  ['toJson (append (list "a" "b") "c" "d")', '["a","b","c","d"]'],
  ['toJson (list)', '[]'],
  ['len "é"', '2'],
  ['len (list 1 2 3)', '3'],
  ['len labels', '4'],
  ['index labels "app.kubernetes.io/name"', 'shop'],
  ['index labels "constructor"', ''],
  ['index labels "missing" "deeper"', ''],
  ['index (list "a" "b") 1', 'b'],
  ['toJson (slice (list 1 2 3) 1 2)', '[2]'],
  ['slice "abcdef" 1 3', 'bc'],
  ['first (list "a" "b")', 'a'],
  ['last (list "a" "b")', 'b'],
  ['join " " (values (sortedPairs labels))', 'Disk shop node critical'],
  ['join " " (names labels)', 'alertname app.kubernetes.io/name job severity'],
  ['join " " (values (remove labels "severity" "app.kubernetes.io/name"))', 'Disk node'],
  ['join " " (values (remove labels (stringSlice "severity" "job")))', 'Disk shop'],
];

describe('lists and maps', () => {
  const labels = { severity: 'critical', job: 'node', 'app.kubernetes.io/name': 'shop', alertname: 'Disk' };
  test.each(LISTS)('%s', (expression, expected) => expect(run(expression, { labels })).toBe(expected));
});

const LOGIC: readonly [string, string][] = [
  ['eq "a" "b" "a"', 'true'],
  ['eq 5 "5"', 'true'],
  ['eq "5" "5.0"', 'false'],
  ['ne "a" "b"', 'true'],
  ['lt "a" "b"', 'true'],
  ['lt 9 "10"', 'true'],
  ['lt "9" "10"', 'false'],
  ['le 2 2', 'true'],
  ['gt 10 9', 'true'],
  ['ge 1 2', 'false'],
  ['gt 1 "many"', 'false'],
  ['lt 1 ""', 'false'],
  ['and "x" "y"', 'y'],
  ['and "x" "" "y"', ''],
  ['or "" missing "z"', 'z'],
  ['not (list)', 'true'],
  ['not "a"', 'false'],
  ['default "none" missing', 'none'],
  ['default "none" "x"', 'x'],
  ['add 1 "2" 3', '6'],
  ['sub 5 7', '-2'],
];

describe('logic', () => {
  test.each(LOGIC)('%s', (expression, expected) => expect(run(expression)).toBe(expected));

  test('if and unless have the truth of Go', () => {
    const source = '{{#if value}}yes{{else}}no{{/if}}{{#unless value}}, not{{/unless}}';
    expect([{}, [], '', 0, false, null].map((value) => text(source, { value }))).toEqual(new Array(6).fill('no, not'));
    expect([{ a: 1 }, [0], '0', 1, true].map((value) => text(source, { value }))).toEqual(new Array(5).fill('yes'));
  });
});

/** The data's time is 2026-08-20T21:30:00Z. */
const TIMES: readonly [string, string][] = [
  ['now', '2026-08-20 21:30:00 +0000 UTC'],
  ['date "2006-01-02 15:04:05.000 MST -0700" (tz "Europe/Paris" (now))', '2026-08-20 23:30:00.000 CEST +0200'],
  ['date "Mon, 02 Jan 06 03:04 PM" (now)', 'Thu, 20 Aug 26 09:30 PM'],
  ['date "Monday January 2 3:04:05pm _2 002 Z07:00" "2026-01-05T07:08:09Z"', 'Monday January 5 7:08:09am  5 005 Z'],
  ['date "15:04 -07:00 MST" (tz "Asia/Kathmandu" (now))', '03:15 +05:45 +0545'],
  ['date "15:04:05.999" "2026-01-05T07:08:09.5Z"', '07:08:09.5'],
  ['date "15:04 -0700" "2026-01-05T07:08:09+02:00"', '07:08 +0200'],
  ['date "15:04" (tz "America/New_York" (now))', '17:30'],
  ['since "2026-08-20T20:29:58.5Z"', '1h0m1.5s'],
  ['humanizeDuration (since "2026-08-20T20:29:58Z")', '1h 0m 2s'],
  ['toDate "2006-01-02T15:04:05Z07:00" "2026-08-20T10:00:00+02:00"', '2026-08-20 10:00:00 +0200 +0200'],
  ['toDate "02 Jan 2006 15:04" "20 Aug 2026 07:05"', '2026-08-20 07:05:00 +0000 UTC'],
  ['toDate "2006" "soon"', '0001-01-01 00:00:00 +0000 UTC'],
  ['mustToDate "2006-01-02" "2026-08-20"', '2026-08-20 00:00:00 +0000 UTC'],
];

const SPANS: readonly [string, string][] = [
  ['0', '0s'],
  ['1', '1s'],
  ['60', '1m 0s'],
  ['3600', '1h 0m 0s'],
  ['90000', '1d 1h 0m 0s'],
  ['-183845', '-2d 3h 4m 5s'],
  ['899.99', '14m 59s'],
  ['0.1', '100ms'],
  ['0.0001', '100us'],
  ['".12345"', '123.5ms'],
  ['60.5', '1m 0s'],
  ['12.345', '12.35s'],
  ['"1234567"', '14d 6h 56m 7s'],
  ['"+Inf"', '+Inf'],
  ['"NaN"', 'NaN'],
];

describe('times', () => {
  test.each(TIMES)('%s', (expression, expected) => expect(run(expression)).toBe(expected));
  test.each(SPANS)('humanizeDuration %s', (value, expected) => expect(run(`humanizeDuration ${value}`)).toBe(expected));

  test('what is no time', () => {
    expect(() => run('humanizeDuration "one"')).toThrow('humanizeDuration: parsing "one": invalid syntax');
    expect(() => run('tz "Mars/Base" (now)')).toThrow('tz: unknown time zone Mars/Base');
    expect(() => run('date "15:04" "noon"')).toThrow('date: not a time: "noon"');
    expect(() => run('mustToDate "2006" "x"')).toThrow('mustToDate: parsing time "x" as "2006"');
  });

  test('for people', () => {
    expect(run('when "2026-08-20T10:02:44.902Z"')).toBe('20 Aug 2026, 10:02:44 UTC');
    expect(run('when "0001-01-01T00:00:00Z"')).toBe('');
    expect(run('when missing')).toBe('');
    expect(run('clock "2026-08-20T10:02:44+02:00"')).toBe('08:02:44');
    expect(run('ago "2026-08-20T21:29:58Z"')).toBe('just now');
    expect(run('ago "2026-08-20T21:10:15Z"')).toBe('19 minutes ago');
    expect(run('ago "2026-08-18T20:30:00Z"')).toBe('2 days 1 hour ago');
    expect(run('lasted "2026-08-20T10:00:00Z" "2026-08-20T11:01:00Z"')).toBe('1 hour 1 minute');
    expect(run('lasted "2026-08-20T10:00:00Z" "2026-08-20T09:00:00Z"')).toBe('');
  });
});

describe('HTML and links', () => {
  test('values are escaped', () => expect(html('{{value}}', { value: '<b>"\'&' })).toBe('&lt;b&gt;&quot;&#x27;&amp;'));

  test('safeHtml lets simple formatting pass and nothing else', () => {
    const value =
      '<b>a</b><br><script>x</script><b onclick="x">c</b><img src=x onerror=y><a href="https://e.org/?a=1&b=2">l</a><a href="javascript:x">m</a>';
    expect(html('{{safeHtml value}}', { value })).toBe(
      '<b>a</b><br>&lt;script&gt;x&lt;/script&gt;&lt;b onclick=&quot;x&quot;&gt;c</b>&lt;img src=x onerror=y&gt;' +
        '<a href="https://e.org/?a=1&amp;b=2">l</a>&lt;a href=&quot;javascript:x&quot;&gt;m</a>',
    );
  });

  test.each([
    ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
    ['HTTP://example.org', 'HTTP://example.org'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['javascript:alert(1)', ''],
    [' java\nscript:alert(1)', ''],
    ['data:text/html,x', ''],
    ['//example.org', ''],
    ['https://example.org/\u202e', 'https://example.org/%E2%80%AE'],
    ['https://example.org/graph?q=a b"<c>\'', 'https://example.org/graph?q=a%20b%22%3Cc%3E%27'],
    ['https://example.org/\u0000', ''],
    [`https://example.org/${'x'.repeat(4_000)}`, ''],
    ['http://müller.example/ü', 'http://xn--mller-kva.example/%C3%BC'],
    ['not a link', ''],
  ])('linkTarget %j', (url, expected) => {
    expect(text('{{linkTarget url}}', { url })).toBe(expected);
    expect(text('{{safeUrl url}}', { url })).toBe(expected || '#');
  });

  test('paragraphs keeps lines and shows what is hidden', () => {
    expect(html('{{paragraphs value}}', { value: 'a <i>\r\nb\u202ec\u0000' })).toBe('a &lt;i&gt;<br>b⟨U+202E⟩c␀');
  });
});

describe('plain text', () => {
  test('wrap keeps to 76 columns and leaves long words whole', () => {
    const value = `${'word '.repeat(30)}\n${'x'.repeat(100)} end`;
    const lines = text('{{wrap value indent=4 first="  - "}}', { value }).split('\n');
    expect(lines).toEqual([
      `  - ${'word '.repeat(14)}`.trimEnd(),
      `    ${'word '.repeat(14)}`.trimEnd(),
      '    word word',
      `    ${'x'.repeat(100)}`,
      '    end',
    ]);
  });

  test('factLines puts values into one column', () => {
    const pairs = [
      { name: 'Cluster', value: 'prod' },
      { name: 'Namespace', value: 'two\nlines' },
    ];
    expect(text('{{factLines pairs indent=2}}', { pairs })).toBe(
      '  Cluster:   prod\n  Namespace: two\n             lines',
    );
  });

  test('underlined, indented, runes', () => {
    expect(text('{{underlined "Title" "="}}')).toBe('Title\n=====');
    expect(text('{{indented value indent=2}}', { value: 'a:\n  b\n' })).toBe('  a:\n    b');
    expect(text('{{runes "└─ "}}')).toBe('3');
  });
});

describe('severities', () => {
  const alerts = ['info', 'Critical', 'page', 'odd', undefined].map((severity, i) => ({ labels: { severity, n: i } }));

  test('counts and order', () => {
    expect(text('{{severityCounts alerts}}', { alerts })).toBe('1 Critical, 1 page, 1 info, 1 odd, 1 other');
    expect(text('{{#each (bySeverity alerts)}}{{labels.n}}{{/each}}', { alerts })).toBe('12034');
    expect(text('{{severityCounts alerts}}', { alerts: alerts.slice(3) })).toBe('1 odd, 1 other');
    expect(text('{{severity "WARN"}} {{severity "odd"}}')).toBe('warning ');
  });
});
