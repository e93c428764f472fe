import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The modules of src/, lowest first: a module imports from itself and from those before it only. */
const MODULES = [
  'process',
  'regexp',
  'alert',
  'time',
  'log',
  'metrics',
  'config',
  'http-client',
  'aws',
  'gotemplate',
  'templating',
  'store',
  'sources',
  'routing',
  'muting',
  'intake',
  'directory',
  'receivers',
  'notify',
  'dispatch',
  'http',
  'app',
  'cli',
  'demo',
  'main.js',
];
const LONGEST_FILE = 300;

/** Paths below src/, each with its text. */
type Sources = ReadonlyMap<string, string>;

const sources: Sources = new Map(
  globSync(['**/*.ts', 'main.js'], { cwd: 'src' }).map((path) => [path, readFileSync(join('src', path), 'utf8')]),
);

function importsOf(path: string, text: string): string[] {
  const specifiers = text.matchAll(
    /(?:^|\n)(?:import|export)\b[^;'"]*?['"](\.[^'"]*)['"]|\bimport\(\s*['"](\.[^'"]*)['"]/g,
  );
  return [...specifiers].map(([, fixed, dynamic]) => normalize(join(dirname(path), fixed ?? dynamic ?? '')));
}

/** Imports that climb, lead nowhere, or leave src/. */
function climbingImports(files: Sources): string[] {
  const rank = (path: string): number => MODULES.indexOf(path.split('/')[0] ?? '');
  const faults: string[] = [];
  for (const [path, text] of files) {
    if (rank(path) < 0) faults.push(`src/${path} is in no known module`);
    for (const target of importsOf(path, text)) {
      const edge = `src/${path} imports src/${target}`;
      if (!files.has(target) && target !== '../package.json') faults.push(`${edge}, which does not exist in src`);
      else if (rank(target) > rank(path)) faults.push(`${edge}, which is above it`);
    }
  }
  return faults;
}

/** Circles of imports between files, type imports included, each as `a -> b -> a`. */
function cycles(files: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) {
      found.push([...way.slice(start), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const target of importsOf(path, files.get(path) ?? '')) {
      if (files.has(target)) visit(target, [...way, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

function longFiles(files: Sources): string[] {
  return [...files]
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `src/${path} has ${lines} lines`);
}

describe('src', () => {
  test('is found', () => expect(sources.size).toBeGreaterThan(20));
  test('imports downwards only', () => expect(climbingImports(sources)).toEqual([]));
  test('has no import cycles', () => expect(cycles(sources)).toEqual([]));
  test(`has no file over ${LONGEST_FILE} lines`, () => expect(longFiles(sources)).toEqual([]));
});

describe('docs/architecture.md', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');
  const section = (title: string): string => page.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
  const rows = (text: string): string[][] =>
    [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()));
  const coded = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

  test('lists the modules, highest first', () => {
    expect(rows(section('Modules')).flatMap(([names]) => coded(names))).toEqual(MODULES.toReversed());
  });

  test('names functions that are in the files that it names', () => {
    const steps = rows(section('The path')).filter(([number]) => /^\d+$/.test(number ?? ''));
    expect(steps.length).toBeGreaterThan(10);
    for (const [number, , functions, files] of steps) {
      const text = coded(files).map((file) => sources.get(file) ?? `no src/${file}`);
      for (const name of coded(functions)) {
        expect(
          text.some((one) => new RegExp(`\\b${name}\\(`).test(one)),
          `step ${number}: ${name} in ${files}`,
        ).toBe(true);
      }
    }
  });

  test('names files that exist', () => {
    const files = coded(page).filter((code) => /^[\w/-]+\.ts$/.test(code));
    expect(files.filter((file) => !sources.has(file) && !existsSync(file))).toEqual([]);
  });

  test('is one page with one picture, and the path turns back at most twice', () => {
    expect(page.split('```mermaid')).toHaveLength(2);
    expect(page.split('\n').length).toBeLessThan(120);
    const order = rows(section('The path')).flatMap(([number, , , files]) =>
      /^\d+$/.test(number ?? '') ? [MODULES.indexOf(coded(files)[0]?.split('/')[0] ?? '')] : [],
    );
    expect(order.every((rank) => rank >= 0)).toBe(true);
    const said = section('The path').match(/It turns back twice\. Step (\d+): .*? Step (\d+): /s);
    expect(said?.slice(1).map(Number)).toEqual([5, 15]);
  });
});

describe('the checks can fail', () => {
  test('an import that climbs, also a dynamic, a type, an export and one over several lines', () => {
    const files = new Map([
      ['alert/a.ts', "import type {\n  X,\n} from '../time/b.ts';\nexport { y } from '../store/c.ts';\n"],
      ['time/b.ts', "import { z } from '../alert/a.ts';\nconst c = await import('../store/c.ts');\n"],
      ['store/c.ts', "import { readFileSync } from 'node:fs';\nimport '../gone.ts';\n"],
      ['cellar/d.ts', ''],
    ]);
    expect(climbingImports(files)).toEqual([
      'src/alert/a.ts imports src/time/b.ts, which is above it',
      'src/alert/a.ts imports src/store/c.ts, which is above it',
      'src/time/b.ts imports src/store/c.ts, which is above it',
      'src/store/c.ts imports src/gone.ts, which does not exist in src',
      'src/cellar/d.ts is in no known module',
    ]);
  });

  test('a circle', () => {
    const files = new Map([
      ['alert/a.ts', "import { b } from './b.ts';\n"],
      ['alert/b.ts', "import type { C } from './c.ts';\n"],
      ['alert/c.ts', "import { b } from './b.ts';\n"],
    ]);
    expect(cycles(files)).toEqual(['alert/b.ts -> alert/c.ts -> alert/b.ts']);
  });

  test('a long file', () => {
    expect(longFiles(new Map([['alert/a.ts', `${'\n'.repeat(300)}x`]]))).toEqual(['src/alert/a.ts has 301 lines']);
  });
});
