import Handlebars from 'handlebars';
import { describe, expect, test } from 'vitest';
import { Environment } from '../../src/templating/environment.ts';
import type { Rendering } from '../../src/templating/helper.ts';
import { HELPERS } from '../../src/templating/helpers/all.ts';
import { LEVELS, type Limits } from '../../src/templating/limits.ts';
import { Presentations } from '../../src/templating/presentations.ts';
import { parseStyles } from '../../src/templating/styles.ts';
import { DEFAULT_LAYOUT, timeFormat } from '../../src/templating/time-format.ts';
import { data } from './support.ts';

type Partials = Readonly<Record<string, string>>;

/** What our runtime makes of a template whose partials are files. */
function ours(source: string, context: object, partials: Partials = {}): string {
  const styles = parseStyles('');
  const environment = new Environment(true, {
    styles,
    helpers: HELPERS,
    partials: new Map(Object.entries(partials).map(([name, text]) => [name, { source: text, where: `${name}.hbs` }])),
  });
  const rendering: Rendering = {
    data: { ...data([]), ...context },
    limits: LEVELS[0] as Limits,
    now: 0,
    html: true,
    styles,
    presentations: new Presentations([]),
    times: timeFormat({ zone: 'UTC', layout: DEFAULT_LAYOUT }),
    budget: { steps: 0, work: 0 } as Rendering['budget'],
  };
  return environment.prepare(source, 'spec.hbs')(rendering);
}

/** What Handlebars itself makes of it, with the root that ours has. */
function theirs(source: string, context: object, partials: Partials = {}): string {
  const own = Handlebars.create();
  own.registerPartial({ ...partials });
  return own.compile(source)({ ...data([]), ...context });
}

const context = {
  firstname: 'Yehuda',
  lastname: 'Katz',
  person: { firstname: 'Nils', lastname: 'Knappmeier', '': 'empty' },
  people: [
    { firstname: 'Nils', prefix: 'Hello', address: { city: 'Darmstadt' } },
    { firstname: 'Yehuda', prefix: 'Hi', address: { city: 'San Francisco' } },
  ],
  array: ['item1', 'item2', 'item3'],
  map: { item1: 'value1', item2: 'value2' },
  empty: [],
  nothing: null,
  zero: 0,
  no: false,
  yes: true,
  word: 'text',
  number: 5,
  specialChars: '& < > " \' ` ',
  markup: '<b>bold</b>',
  city: { name: 'Berlin', summary: 'capital', location: { north: '52', east: '13' } },
  true: 'named true',
  'array 0': { 'item-class': 'odd' },
  which: 'greeting',
};

/** The constructs that Handlebars' guide documents, each with templates of our own. */
const CONSTRUCTS: Readonly<Record<string, readonly (readonly [source: string, partials?: Partials])[]>> = {
  expressions: [
    ['{{firstname}} {{lastname}}'],
    ['{{person.firstname}} {{person/lastname}} {{this.firstname}} {{./firstname}} {{this/person/firstname}}'],
    ['{{missing}} {{person.missing}} {{missing.deep.er}} {{nothing}} {{zero}} {{no}} {{yes}} {{array}}'],
    ['{{specialChars}} {{{specialChars}}} {{&specialChars}} {{{markup}}}'],
    ['{{people.[1].firstname}} {{people.1.firstname}} {{array.[0]}} {{array.length}} {{word.length}}'],
    ['{{[array 0].[item-class]}} {{"word"}} {{[word]}} {{"true"}}'],
    ['{{#each people}}{{../firstname}} {{@root.firstname}} {{@root/word}} {{/each}}'],
    ['{{lookup array 1}} {{lookup map "item2"}} {{lookup (lookup people 0) "firstname"}} {{lookup missing "x"}}'],
    ['{{lookup . "word"}}{{lookup this word}}'],
    ['\\{{word}} \\\\{{word}} {{!comment}}{{!-- {{word}} --}}{{! multi\nline }}|'],
  ],
  'white space control': [
    ['a  {{~word~}}  b {{word~}}\n\n c'],
    ['{{#each array ~}}\n  {{this}}\n{{~/each}}|'],
    ['{{#if yes}}\n a\n{{~else~}}\n b\n{{/if}}|'],
    ['line\n{{#if yes}}\n  inner\n{{else}}\n  other\n{{/if}}\nend'],
    ['{{! alone }}\n{{#each array}}\n- {{this}}\n{{/each}}\n'],
    ['  {{#if yes}}  \nx\n  {{/if}}  \ny'],
    ['{{~> p ~}} |', { p: ' x ' }],
  ],
  conditions: [
    ['{{#if word}}a{{else}}b{{/if}}{{#if empty}}a{{else}}b{{/if}}{{#if zero}}a{{else}}b{{/if}}{{#if missing}}a{{/if}}'],
    ['{{#if zero includeZero=true}}a{{else}}b{{/if}}{{#if no includeZero=true}}a{{else}}b{{/if}}'],
    ['{{#unless zero includeZero=true}}a{{else}}b{{/unless}}{{#unless zero}}a{{/unless}}'],
    ['{{#if zero includeZero=no}}a{{else}}b{{/if}}{{#if nothing includeZero=true}}a{{else}}b{{/if}}'],
    ['{{#if no}}a{{else if zero includeZero=true}}b{{else}}c{{/if}}'],
    ['{{#if no}}1{{else if empty}}2{{else unless word}}3{{else with person}}{{firstname}}{{else}}5{{/if}}'],
    ['{{#unless no}}a{{else}}b{{/unless}}{{^if yes}}a{{else}}b{{/if}}'],
  ],
  loops: [
    ['{{#each people}}{{firstname}}{{/each}}{{#each array}}{{this}}{{/each}}'],
    [
      '{{#each array}}{{@index}}{{@first}}{{@last}}{{@key}} {{/each}}{{#each map}}{{@key}}={{this}}{{@index}} {{/each}}',
    ],
    [
      '{{#each empty}}a{{else}}none{{/each}}{{#each missing}}a{{else}}none{{/each}}{{#each nothing}}a{{else}}none{{/each}}',
    ],
    ['{{#each word}}a{{else}}none{{/each}}{{#each number}}a{{else}}none{{/each}}{{#each yes}}a{{else}}none{{/each}}'],
    [
      '{{#each zero}}a{{else}}none{{/each}}{{#each no}}a{{else}}none{{/each}}{{#each people.0.firstname}}a{{^}}none{{/each}}',
    ],
    [
      '{{#each people as |person i|}}{{i}}:{{person.firstname}} {{#each person.address as |part key|}}{{key}}{{part}}{{i}}{{/each}}{{/each}}',
    ],
    ['{{#each people}}{{#each ../array}}{{@../index}}{{@index}} {{/each}}{{/each}}'],
    ['{{#each people}}{{#with address}}{{city}} {{../prefix}} {{../../word}} {{/with}}{{/each}}'],
    ['{{#people}}{{prefix}} {{firstname}} {{@index}}{{/people}}{{#array}}{{.}}{{/array}}'],
  ],
  with: [
    [
      '{{#with person}}{{firstname}} {{../word}}{{/with}}{{#with missing}}a{{else}}none{{/with}}{{#with empty}}a{{else}}none{{/with}}',
    ],
    [
      '{{#with city as |city|}}{{#with city.location as |loc|}}{{city.name}}: {{loc.north}} {{loc.east}}{{/with}}{{/with}}',
    ],
    ['{{#with "literal"}}{{this}}{{/with}}{{#with (lookup people 1)}}{{firstname}}{{/with}}'],
  ],
  sections: [
    ['{{#person}}{{firstname}}{{/person}}{{#yes}}{{word}}{{/yes}}{{#no}}a{{/no}}{{#word}}{{this}}{{/word}}'],
    ['{{^empty}}none{{/empty}}{{^missing}}none{{/missing}}{{^no}}none{{/no}}{{^yes}}a{{/yes}}'],
    // Names of helpers, too.
    ['{{#city}}{{#summary}}{{this}}{{/summary}}{{^summary}}none{{/summary}}{{^title}}none{{/title}}{{/city}}'],
    ['{{#empty}}a{{else}}none{{/empty}}{{#missing}}a{{^}}none{{/missing}}{{#nothing}}a{{else}}none{{/nothing}}'],
  ],
  partials: [
    ['{{> greeting}}', { greeting: 'Hello {{firstname}}' }],
    ['{{> greeting person}} {{> greeting people.[1]}}', { greeting: 'Hello {{firstname}}{{word}}' }],
    ['{{> greeting firstname="Jo" other=word}}', { greeting: 'Hello {{firstname}} {{lastname}} {{other}}' }],
    ['{{> greeting person lastname=word}}', { greeting: '{{firstname}} {{lastname}} {{@root.word}}' }],
    ['{{#each people}}{{> entry prefix=../word}}{{/each}}', { entry: '{{prefix}} {{firstname}} {{@index}} ' }],
    ['{{> folder/part}}{{> (lookup . "which")}}', { 'folder/part': 'a', greeting: 'dynamic {{word}}' }],
    ['{{#each people}}{{> (lookup @root "which") this}}{{/each}}', { greeting: 'dynamic {{firstname}} ' }],
    ['a\n  {{> p}}\nb', { p: 'one\ntwo\n' }],
    ['{{> outer}}', { outer: '[{{> inner firstname="x"}}]', inner: '{{firstname}}{{lastname}}' }],
  ],
  'partial blocks': [
    ['{{#> none}}failover {{word}}{{/none}}'],
    ['{{#> layout}}My content {{word}}{{/layout}}', { layout: 'Site {{> @partial-block}} end' }],
    ['{{#> layout}}{{/layout}}', { layout: '[{{> @partial-block}}]' }],
    ['{{#each people as |p|}}{{#> layout}}{{p.firstname}} {{/layout}}{{/each}}', { layout: '<{{> @partial-block}}>' }],
    [
      '{{#each people}}{{#> layout this}}{{firstname}}{{../word}}{{/layout}}{{/each}}',
      { layout: '<{{prefix}}{{> @partial-block}}>' },
    ],
    [
      '{{#> outer}}x{{/outer}}',
      { outer: '({{#> inner}}[{{> @partial-block}}]{{/inner}})', inner: '-{{> @partial-block}}-' },
    ],
    [
      '{{#> layout}}given{{/layout}}|{{> layout}}',
      { layout: '{{#if @partial-block}}{{> @partial-block}}{{else}}none{{/if}}' },
    ],
    [
      '{{> layout}}|{{#> layout}}given{{/layout}}',
      { layout: '[{{#> @partial-block}}default {{word}}{{/@partial-block}}]' },
    ],
    ['{{#> a}}{{#> b}}deep{{/b}}{{/a}}', { a: 'a{{> @partial-block}}', b: 'b{{> @partial-block}}' }],
  ],
  'inline partials': [
    ['{{#*inline "mine"}}My {{word}} {{/inline}}{{#each people}}{{> mine}}{{firstname}}{{/each}}'],
    [
      '{{#> layout}}{{#*inline "nav"}}My Nav {{word}}{{/inline}}{{#*inline "content"}}My Content{{/inline}}{{/layout}}',
      { layout: '<nav>{{> nav}}</nav><main>{{> content}}</main>' },
    ],
    [
      '{{#> layout}}{{#*inline "title"}}Mine{{/inline}}{{/layout}}|{{#> layout}}{{/layout}}',
      { layout: '{{#> title}}Default title{{/title}}: {{#> body}}Default {{word}}{{/body}}' },
    ],
    [
      '{{#> page}}{{#*inline "content"}}inner{{/inline}}{{/page}}',
      {
        page: '{{#> layout}}{{#*inline "head"}}head of page{{/inline}}{{> content}}{{/layout}}',
        layout: '{{> head}}|{{> @partial-block}}',
      },
    ],
    [
      '{{#> page}}{{#*inline "content"}}inner{{/inline}}{{/page}}',
      { page: '{{#> layout}}{{/layout}}', layout: '[{{> content}}]' },
    ],
    [
      '{{#> layout}}text {{#*inline "slot"}}slot {{firstname}}{{/inline}}more{{/layout}}',
      { layout: '{{#with person}}{{> slot}}{{/with}}|{{> @partial-block}}' },
    ],
    ['{{#*inline "a"}}A{{/inline}}{{#if yes}}{{#*inline "a"}}B{{/inline}}{{> a}}{{/if}}{{> a}}'],
  ],
  literals: [
    [
      '{{#with "a \\" b"}}{{.}}{{/with}}{{#with \'single\'}}{{.}}{{/with}}{{#with 5}}{{.}}{{/with}}{{#with -1.5}}{{.}}{{/with}}',
    ],
    [
      '{{#if true}}a{{/if}}{{#if false}}b{{else}}c{{/if}}{{#if null}}d{{else}}e{{/if}}{{#if undefined}}f{{else}}g{{/if}}',
    ],
  ],
};

describe.each(Object.entries(CONSTRUCTS))('Handlebars documents %s', (_, cases) => {
  test.each(cases.map(([source, partials = {}]) => [source, partials] as const))('%s', (source, partials) => {
    expect(ours(source, context, partials)).toBe(theirs(source, context, partials));
  });
});

describe('a field with the name of a helper', () => {
  test('is shown, never blank', () => {
    const annotations = { summary: 'Disk is full', title: 'T', place: 'here', severity: 'P1', print: 'p' };
    expect(
      ours('{{#with annotations}}{{summary}} {{title}} {{place}} {{severity}} {{print}}{{/with}}', { annotations }),
    ).toBe('Disk is full T here P1 p');
    expect(ours('{{#with annotations}}{{this.summary}} {{summary this}}{{/with}}', { annotations })).toBe(
      'Disk is full Unnamed alert',
    );
  });

  test('the helper is called where there is no such field, in brackets, and with arguments', () => {
    expect(ours('{{#with map}}{{total}} {{len (list 1 2)}} {{print (total)}}{{/with}}', context)).toBe('0 2 0');
  });
});

describe('where ours differs, on purpose', () => {
  test('an empty map is false, as in Go', () => {
    expect(ours('{{#if map}}a{{else}}b{{/if}}', { map: {} })).toBe('b');
  });

  test('prototypes are out of reach, and `=` is not escaped', () => {
    expect(
      ours('{{person.constructor}}{{constructor}}{{__proto__}}{{word.toString}}{{{lookup array "push"}}}', context),
    ).toBe('');
    expect(ours('{{a}}', { a: 'b=c' })).toBe('b=c');
  });
});
