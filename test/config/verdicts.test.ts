import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problemsOf } from './support.ts';

type Case = readonly [name: string, text: string, error: string];

/** Files and what `amtool check-config` of Alertmanager 0.35.0 said of each; '': it loads. */
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/alertmanager/verdicts-0.35.json', import.meta.url), 'utf8'),
) as Case[];

/** What loads in one of the two only, and why. */
const REFUSED_HERE: Readonly<Record<string, string>> = {
  'http tls ref': 'Alertmanager refuses it when it starts',
  'http password ref': 'Alertmanager refuses it when it starts',
};
const LOADED_HERE: Readonly<Record<string, string>> = {
  'smarthost two': 'several servers, tried in order',
  'smtp_smarthost two': 'several servers, tried in order',
  'email cc': "a key of Tocsin's own",
  'opsgenie responder type tmpl': 'found with the other templates',
  'webhook url bad template': 'found with the other templates',
  'templates dir': 'found with the other templates',
  'event kafka no brokers': 'not supported, so not looked into',
};

describe('what Alertmanager 0.35 loads is loaded', () => {
  test.each(cases.filter(([name, , error]) => error === '' && !(name in REFUSED_HERE)))('%s', (_name, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('what Alertmanager 0.35 refuses is refused', () => {
  test.each(cases.filter(([name, , error]) => error !== '' && !(name in LOADED_HERE)))('%s', (_name, text) => {
    expect(problemsOf(text)).not.toEqual([]);
  });
});

test('an invalid URL is one error', () => {
  const urls = cases.filter(
    ([name, , error]) => /^(?:webhook url|slack_api_url|proxy_url) /.test(name) && error !== '',
  );
  expect(urls.length).toBeGreaterThan(60);
  const more = urls.filter(([, text]) => problemsOf(text).length > 1).map(([name]) => name);
  expect(more).toEqual([]);
});
