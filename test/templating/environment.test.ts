import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Handlebars from 'handlebars';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTemplates } from '../../src/templating/create-templates.ts';
import { TemplateError } from '../../src/templating/templates.ts';
import { html, templates, text } from './render.ts';
import { alert, data } from './support.ts';

describe('strict about the language', () => {
  test.each([
    ['{{toUper status}}', 'test.yml:1: unknown helper "toUper"; did you mean "toUpper"?'],
    ['a\n{{#if (foo 1)}}{{/if}}', 'test.yml:1:2: unknown helper "foo"'],
    ['{{labels.foo "x"}}', 'test.yml:1: unknown helper "labels.foo"'],
    ['{{> alrt}}', 'test.yml:1: unknown partial "alrt"; did you mean "alert"?'],
    ['{{#eq 1 2}}{{/eq}}', 'test.yml:1: "eq" does not open a block: write {{#if (eq ...)}}'],
    ['{{each x}}', 'test.yml:1: "each" opens a block: write {{#each ...}} ... {{/each}}'],
    ['{{#if}}x{{/if}}', 'test.yml:1: "if" takes one value: {{#if ...}}'],
    ['{{#each a b}}x{{/each}}', 'test.yml:1: "each" takes one value: {{#each ...}}'],
    [
      '{{> alert a b}}',
      'test.yml:1: the partial "alert" takes one context at most, and names: {{> alert this name=value}}',
    ],
    ['{{#*inline nav}}{{/inline}}', 'test.yml:1: unknown decorator "inline": the only one is {{#*inline "name"}}'],
    ['{{log "x"}}', 'test.yml:1: unknown helper "log"'],
    ['{{helperMissing}}', 'test.yml:1: unknown helper "helperMissing"'],
    ['{{constructor.constructor "return 1"}}', 'test.yml:1: unknown helper "constructor.constructor"'],
    ['{{#if x}}\n', 'test.yml:1: syntax error near "{{#if x}}": a block or a tag is not closed'],
    ['{{#if x}}{{/each}}', "test.yml:1: if doesn't match each"],
    ['x\n{{ {{ }}', 'test.yml:1:2: syntax error near "x{{ {{ }}": this is not Handlebars'],
  ])('%s', (source, message) => {
    expect(() => templates.text(source, 'test.yml:1')).toThrow(new TemplateError(message));
    expect(() => templates.html(source, 'test.yml:1')).toThrow(TemplateError);
  });

  test('all mistakes at once', () => {
    expect(() => templates.text('{{a 1}}\n{{b 2}}', 'f.yml:9')).toThrow(
      'f.yml:9:1: unknown helper "a"\nf.yml:9:2: unknown helper "b"',
    );
  });
});

describe('lenient about the data', () => {
  test('what is missing is empty', () => expect(text('[{{labels.none}}{{a.b.c}}{{commonLabels.x}}]')).toBe('[]'));
  test('@index and friends beside helpers of that name', () => {
    expect(text('{{#each (list "a" "b")}}{{@index}}{{@first}}{{@last}}{{@key}}{{this}} {{/each}}')).toBe(
      '0truefalse0a 1falsetrue1b ',
    );
  });
  test('else branches, block parameters, inline partials', () => {
    expect(text('{{#each none}}x{{else}}none{{/each}}')).toBe('none');
    expect(text('{{#each (list "a") as |v i|}}{{i}}{{v}}{{/each}}{{#with "w" as |x|}}{{x}}{{/with}}')).toBe('0aw');
    expect(text('{{#*inline "p"}}<{{x}}>{{/inline}}{{> p x="1"}}')).toBe('<1>');
  });
});

describe('as Handlebars has it', () => {
  const root = {
    heading: 'root',
    zero: 0,
    items: [{ name: 'a', 'odd key': 'o' }, { name: 'b' }],
    mixed: [1, true, '&', '', null],
    one: { name: 'one', deep: { name: 'deep' } },
  };

  test.each([
    // Paths
    [
      '{{one.deep.name}} {{one/deep/name}} {{items.[0].[odd key]}} {{items.1.name}} {{items.length}} {{heading.length}}',
    ],
    [
      '{{#with one}}{{../heading}} {{this.name}} {{./name}} {{#with deep}}{{../name}} {{../../heading}}{{/with}}{{/with}}',
    ],
    // A block that leaves the context as it is does not count for `..`.
    ['{{#each items}}{{#if name}}{{#with this}}{{name}}<{{../heading}} {{/with}}{{/if}}{{/each}}'],
    ['{{#each items}}{{#each ../items}}{{@../index}}-{{@index}}{{@root.heading}} {{/each}}{{/each}}'],
    // A name of `as |...|` comes before fields and helpers, inside its block alone.
    ['{{#each items as |one i|}}{{i}}{{one.name}}{{#with "w" as |i|}}{{i}}{{/with}}{{i}} {{/each}}'],
    ['{{"heading"}} {{{"one.name"}}}'],
    // Blocks
    ['{{#one}}{{name}}{{/one}} {{#items}}{{name}}{{@index}}{{/items}} {{^none}}none{{/none}}{{#zero}}zero{{/zero}}'],
    ['{{#if zero}}x{{else if one}}one{{else}}y{{/if}} {{#unless zero}}unless{{/unless}} {{^if zero}}inverse{{/if}}'],
    ['{{#each one}}{{@key}}={{#if @last}}{{name}}{{else}}{{this}},{{/if}}{{/each}}'],
    ['{{{{with one}}}}{{name}}{{{{/with}}}}'],
    // White space
    ['a\n{{#if one}}\n  b\n{{/if}}\nc {{~heading~}} d {{! comment }}{{!-- }} --}}\n'],
    ['{{#*inline "p"}}\nx\n\ny\n{{/inline}}\n-\n  {{> p}}\n-\n{{> p}}'],
    // Partials
    [
      '{{#*inline "p"}}{{name}}<{{heading}}{{../heading}}>{{/inline}}{{> p}}{{> p one}}{{> p one heading="t"}}{{#each items}}{{> p}}{{/each}}',
    ],
    [
      '{{#*inline "p"}}({{@index}}{{#> @partial-block}}-{{/@partial-block}}){{/inline}}{{#each items}}{{#> p this}}{{name}}{{../heading}}{{/p}}{{> p}}{{/each}}',
    ],
    ['{{#*inline "p"}}[{{#> @partial-block}}default{{/@partial-block}}]{{/inline}}{{> p}}{{#> p}}given{{/p}}'],
    [
      '{{#*inline "a"}}a{{/inline}}{{#*inline "p"}}[{{> a}}]{{/inline}}{{> p}}{{#> p}}{{#*inline "a"}}b{{> a}}{{/inline}}{{/p}}{{> p}}',
    ],
    [
      '{{#*inline "in"}}<{{> @partial-block}}>{{/inline}}{{#*inline "out"}}{{#> in}}({{> @partial-block}}){{/in}}{{/inline}}{{#> out}}x{{/out}}',
    ],
    // Values
    ['{{zero}}{{one.none}}{{null}}{{"true"}}{{#each mixed}}{{this}};{{/each}}{{lookup items.[0] "odd key"}}'],
  ])('%s', (source) => {
    expect(text(source, root)).toBe(Handlebars.compile(source, { noEscape: true })(root));
  });

  test('escaping, and values that are not text', () => {
    const value = `<&>"'\`=`;
    expect(html('{{value}}{{{value}}}{{&value}}', { value })).toBe(`&lt;&amp;&gt;&quot;&#x27;&#x60;=${value}${value}`);
    // An attribute in quotes needs no more; one without must not let a second attribute in.
    expect(html('<a href="{{value}}">', { value: 'x?a=1' })).toBe('<a href="x?a=1">');
    expect(html('<a href={{value}}>', { value: 'x onload=y' })).toBe('<a href=x&#32;onload&#61;y>');
    expect(html('{{value}}', { value: { a: ['<'] } })).toBe('{&quot;a&quot;:[&quot;&lt;&quot;]}');
    expect(
      text(
        '{{#*inline "p"}}{{#if @partial-block}}{{> @partial-block}}{{else}}none{{/if}}{{/inline}}{{> p}} {{#> p}}x{{/p}}',
      ),
    ).toBe('none x');
    expect(html('{{value}}', { value: { toHTML: '<b>', toString: 'x' } })).toContain('&lt;b&gt;');
  });
});

describe('prototypes are out of reach', () => {
  const labels = JSON.parse('{"__proto__": "p", "constructor": "c", "hasOwnProperty": "h"}') as object;

  test.each([
    'status.constructor',
    'status.__proto__',
    '__proto__.x',
    'constructor',
    'alerts.constructor.name',
    'lookup labels "toString"',
    '@root.constructor',
    '@tocsin.constructor',
    'index alerts "constructor"',
  ])('%s', (expression) => {
    expect(text(`[{{${expression}}}]`)).toBe('[]');
  });

  test('labels of such names are plain labels', () => {
    const one = alert({ alertname: 'A', constructor: 'c', ...Object.fromEntries([['__proto__', 'p']]) });
    expect(text('{{#each alerts}}{{#each labels}}{{@key}}={{this}} {{/each}}{{/each}}', data([one]))).toBe(
      '__proto__=p alertname=A constructor=c ',
    );
    expect(text('{{join " " (names labels)}}', { labels })).toBe('__proto__ constructor hasOwnProperty');
    expect(({} as { p?: string }).p).toBeUndefined();
  });

  test('alert data is never compiled', () => {
    const value = '{{toUpper "x"}}{{constructor}}';
    expect(text('{{value}}', { value })).toBe(value);
    expect(html('{{> value}}', { value })).toBe('{{toUpper &quot;x&quot;}}{{constructor}}');
  });
});

describe('bounded', () => {
  const many = data(Array.from({ length: 3_000 }, (_, i) => alert({ alertname: `A${i}` })));

  test('a template that lists all alerts against each other', () => {
    const render = templates.text('{{#each alerts}}{{#each ../alerts}}{{labels.alertname}}{{/each}}{{/each}}', 'f');
    expect(render(many).length).toBeLessThan(1_000_000);
  });

  test('too much even for a few alerts', () => {
    const nested = '{{#each (list 1 2 3 4 5 6 7 8 9 10)}}'.repeat(7);
    const render = templates.text(`${nested}x${'{{/each}}'.repeat(7)}`, 'f.yml:3');
    expect(() => render(many)).toThrow(
      'f.yml:3: even with 5 alerts the output passes 1 MB or the template loops too often',
    );
  });

  test('a partial that calls itself', () => {
    expect(() => text('{{#*inline "p"}}{{> p}}{{/inline}}{{> p}}')).toThrow(TemplateError);
  });

  test('a long value of a helper', () => {
    const grow = '(reReplaceAll "x" "xxxxxxxxxxxxxxxxxxxx" '.repeat(6);
    expect(() => text(`{{${grow.slice(1)}"x"${')'.repeat(6).slice(1)}}}`)).toThrow(TemplateError);
  });
});

describe("the user's own files", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'tocsin-templates-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const write = (name: string, content: string): string => {
    const file = path.join(dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const load = (...globs: string[]) => createTemplates({ userGlobs: globs.map((glob) => path.join(dir, glob)) });
  const one = data([alert({ alertname: 'DiskFull', severity: 'critical' }, { annotations: { summary: 'Full' } })]);

  test('an email folder of their own, and one part of a shipped one', async () => {
    write('mine/subject.hbs', 'Mine: {{alerts.0.labels.alertname}}\r\nBcc: x');
    write('mine/html.hbs', '<p>{{status}}</p>');
    write('default/text.hbs', 'short');
    const loaded = await load('*/*.hbs');
    expect(loaded.mailNames).toEqual([
      'calico',
      'default',
      'digest',
      'mine',
      'rhacs',
      'rhacs-audit',
      'rhacs-networkpolicy',
      'test',
    ]);
    expect(loaded.mail('mine').subject(one)).toBe('Mine: DiskFull Bcc: x');
    expect(loaded.mail('mine').html(one)).toBe('<p>firing</p>');
    expect(loaded.mail('mine').text(one)).toBe('short');
    expect(loaded.mail('default').html(one)).toContain('DiskFull');
  });

  test('a layout with slots that its emails fill, and a default for those that they do not', async () => {
    write('layouts/frame.hbs', '<h1>{{> title}}</h1>{{#> aside}}<i>none</i>{{/aside}}{{> @partial-block}}');
    write('mine/html.hbs', '{{#> layouts/frame}}{{#*inline "title"}}{{receiver}}{{/inline}}body{{/layouts/frame}}');
    write(
      'yours/html.hbs',
      '{{#> layouts/frame}}{{#*inline "title"}}T{{/inline}}{{#*inline "aside"}}A{{/inline}}{{/layouts/frame}}',
    );
    const loaded = await load('*/*.hbs');
    expect(loaded.mail('mine').html(one)).toBe('<h1>security</h1><i>none</i>body');
    expect(loaded.mail('yours').html(one)).toBe('<h1>T</h1>A');
    write('layouts/frame.hbs', '{{> titel}}');
    await expect(load('*/*.hbs')).rejects.toThrow('unknown partial "titel"');
  });

  test('a partial whose name is computed', async () => {
    write('partials/own-critical.hbs', 'red');
    write('mine/text.hbs', '{{> (print "own-" commonLabels.severity)}}');
    expect((await load('*/*.hbs')).mail('mine').text(one)).toBe('red');
    const other = data([alert({ alertname: 'A', severity: '../../x' })]);
    const loaded = await load('*/*.hbs');
    expect(() => loaded.mail('mine').text(other)).toThrow('The partial own-../../x could not be found');
  });

  test('one partial, for all emails', async () => {
    write('partials/footer.hbs', '<p>{{toUpper receiver}} says so</p>');
    const loaded = await load('partials/*.hbs');
    expect(loaded.mail('default').html(one)).toContain('<p>SECURITY says so</p>');
    expect(loaded.mail('test').html(one)).toContain('<p>SECURITY says so</p>');
  });

  test('a layout and a style sheet', async () => {
    write('layouts/plain.hbs', '<div{{css "box"}}>{{> @partial-block}}</div>{{styles}}');
    write('styles.css', '.box { color: red; }\n@media (prefers-color-scheme: dark) { .box { color: blue; } }');
    write('mine/html.hbs', '{{#> layouts/plain}}hello{{/layouts/plain}}');
    const loaded = await load('*/*', '*.css');
    expect(loaded.mail('mine').html(one)).toBe(
      '<div class="box" style="color:red;">hello</div>@media (prefers-color-scheme: dark){.box{color:blue;}\n}\n[data-ogsc] .box{color:blue;}\n',
    );
  });

  test('later globs win', async () => {
    write('a/mine/subject.hbs', 'a');
    write('b/mine/subject.hbs', 'b');
    expect((await load('b/*/*', 'a/*/*')).mail('mine').subject(one)).toBe('a');
  });

  test('mistakes are found at load, with file and line', async () => {
    const partial = write('partials/own.hbs', 'x\n{{foo 1}}');
    await expect(load('partials/*')).rejects.toThrow(`${partial}:2: unknown helper "foo"`);
    const subject = write('mine/subject.hbs', '{{> footr}}');
    await expect(load('mine/*')).rejects.toThrow(`${subject}:1: unknown partial "footr"; did you mean "footer"?`);
  });

  test('a file whose path does not say what it is', async () => {
    const file = write('x/body.hbs', '');
    await expect(load('x/*')).rejects.toThrow(
      `${file} (matched by "${dir}/x/*" in templates): its path does not say what it is for. ` +
        'A template is NAME/subject.hbs, NAME/html.hbs or NAME/text.hbs (an email), partials/NAME.hbs, layouts/NAME.hbs or styles.css',
    );
  });

  test('a glob that matches nothing is fine', async () => {
    expect((await load('none/*.hbs')).mailNames).toContain('default');
  });

  test('a name that there is not', () => {
    expect(() => templates.mail('rhac')).toThrow(
      'there is no email template "rhac"; did you mean "rhacs"? (there are: calico, default, digest, rhacs, rhacs-audit, rhacs-networkpolicy, test)',
    );
    expect(() => templates.mail('constructor')).toThrow(TemplateError);
  });

  test('no shipped folder', async () => {
    await expect(createTemplates({ userGlobs: [], shippedDir: path.join(dir, 'none') })).rejects.toThrow(
      'cannot read the shipped templates in',
    );
  });
});
