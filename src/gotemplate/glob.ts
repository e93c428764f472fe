/** Go's filepath.Glob: within one segment `*`, `?`, `[a-z]`, `[^x]`, `\x`; names that begin with a dot count; no `**`. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from './errors.ts';

const META = /[*?[\\]/;

/** The paths that match, directories too; none is fine. @throws Failure "syntax error in pattern" */
export async function goGlob(pattern: string): Promise<string[]> {
  // The whole pattern counts, also where no directory matches.
  for (const segment of pattern.split('/')) segmentPattern(segment);
  return expand(pattern);
}

async function expand(pattern: string): Promise<string[]> {
  if (!META.test(pattern)) return (await exists(pattern)) ? [pattern] : [];
  const { dir, base } = split(pattern);
  const directories = META.test(dir) ? await expand(dir) : [dir];
  const matches: string[] = [];
  for (const directory of directories) {
    const name = segmentPattern(base);
    for (const entry of await namesIn(directory)) if (name.test(entry)) matches.push(path.join(directory, entry));
  }
  return matches;
}

function split(pattern: string): { dir: string; base: string } {
  const slash = pattern.lastIndexOf('/');
  const dir = slash < 0 ? '.' : pattern.slice(0, slash) || '/';
  return { dir, base: pattern.slice(slash + 1) };
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false;
  }
}

/** What cannot be read holds nothing, as for Go. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory || '.')).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch {
    return [];
  }
}

const TOKEN = /\*|\?|\[(\^?)((?:\\.|[^\]\\])+)\]|\\(.)|[^[\\]/suy;
const RANGE = /(\\.|[^\\-])(?:-(\\.|[^\\\]-]))?/suy;

function segmentPattern(segment: string): RegExp {
  let source = '';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < segment.length) {
    const match = TOKEN.exec(segment);
    if (match === null) throw new Failure('syntax error in pattern');
    const [token, negated, members, escaped] = match;
    if (token === '*') source += '[^/]*';
    else if (token === '?') source += '[^/]';
    else if (members !== undefined) source += `[${negated === '^' ? '^' : ''}${ranges(members)}]`;
    else source += RegExp.escape(escaped ?? token);
  }
  return new RegExp(`^${source}$`, 'su');
}

function ranges(members: string): string {
  let source = '';
  RANGE.lastIndex = 0;
  while (RANGE.lastIndex < members.length) {
    const match = RANGE.exec(members);
    if (match === null) throw new Failure('syntax error in pattern');
    const [low, high] = [match[1], match[2]].map((part) => part && codeOf(part));
    // A range that runs backwards matches nothing.
    if (high === undefined || (low ?? '') <= high) source += high === undefined ? low : `${low}-${high}`;
  }
  return source;
}

function codeOf(part: string): string {
  return `\\u{${(part.replace(/^\\/s, '').codePointAt(0) ?? 0).toString(16)}}`;
}
