import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertKinds } from '../../src/sources/registry.ts';
import { Environment, type PartialSource } from '../../src/templating/environment.ts';
import { HELPERS } from '../../src/templating/helpers/all.ts';
import { Presentations } from '../../src/templating/presentations.ts';
import { parseStyles } from '../../src/templating/styles.ts';

const helpers = { ...HELPERS, ...new Presentations(alertKinds).helpers };
const environmentWith = (html: boolean, partials: ReadonlyMap<string, PartialSource>): Environment =>
  new Environment(html, { styles: parseStyles(''), helpers, partials });
const environment = environmentWith(false, new Map([['part', { source: '', where: 'part.hbs' }]]));

/** What is odd in a template. */
function odd(source: string, where = '', env = environment): string[] {
  const found: string[] = [];
  env.prepare(source, where, (message) => found.push(message));
  return found;
}

const blank = (name: string, more = ''): string => `nothing is named "${name}" here, so it will be blank${more}`;

describe('names that will be blank', () => {
  it.each<[string, string]>([
    ['{{grouplabels.alertname}}', blank('grouplabels', '; did you mean "groupLabels"?')],
    ['{{this.statuss}}', blank('statuss', '; did you mean "status"?')],
    ['{{#if alert}}x{{/if}}', blank('alert', '; did you mean "alerts"?')],
    ['{{#if alerts}}{{#unless zzz}}x{{/unless}}{{/if}}', blank('zzz')],
    ['{{#each alerts}}x{{else}}{{zzz}}{{/each}}', blank('zzz')],
    ['{{toUpper recevier}}', blank('recevier', '; did you mean "receiver"?')],
    ['{{toUpper (join "," zzz)}}', blank('zzz')],
    ['{{> part zzz}}', blank('zzz')],
    ['{{> part name=zzz}}', blank('zzz')],
    ['{{#each alerts}}{{@root.zzz}}{{/each}}', blank('zzz')],
    ['{{tocsin.severty}}', blank('severty', '; did you mean "severity"?')],
    ['{{labels.alertname}}', blank('labels', ': it belongs to an alert, inside of {{#each alerts}}')],
    ['{{#zzz}}x{{/zzz}}', blank('zzz')],
  ])('%s', (source, message) => expect(odd(source)).toEqual([message]));

  it('each with its line, where there are several', () => {
    expect(odd('{{zzz}}\n{{status}}\n{{yyy}}', 'a/subject.hbs')).toEqual([
      `a/subject.hbs:1: ${blank('zzz')}`,
      `a/subject.hbs:3: ${blank('yyy')}`,
    ]);
  });
});

describe('names that may be', () => {
  it.each([
    '{{commonLabels.severty}} {{groupLabels.[any name]}} {{commonAnnotations}}',
    '{{#each alerts}}{{labels.x}} {{anything}} {{../anything}}{{/each}}',
    '{{#with groupLabels}}{{anything}}{{/with}} {{#groupLabels}}{{anything}}{{/groupLabels}}',
    '{{#*inline "own"}}{{anything}}{{/inline}}{{> own alerts}}',
    '{{#> part}}{{anything}}{{/part}}',
    '{{tocsin.severity}} {{tocsin}} {{this}} {{@root.alerts.length}} {{alerts.0.labels.x}}',
    'no template at all',
  ])('%s', (source) => expect(odd(source)).toEqual([]));

  it('all that the shipped emails use', () => {
    const files = globSync('templates/*/{subject,html,text}.hbs');
    expect(files.length).toBeGreaterThan(15);
    const partials = globSync('templates/{partials,layouts}/*.hbs').map(
      (file): [string, { source: string; where: string }] => [
        file.replace(/^templates\/(?:partials\/)?|\.hbs$/g, ''),
        { source: '', where: file },
      ],
    );
    const shipped = environmentWith(true, new Map(partials));
    expect(files.flatMap((file) => odd(readFileSync(file, 'utf8'), file, shipped))).toEqual([]);
  });
});
