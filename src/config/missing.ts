import { access, glob } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PathUse, ReadContext } from './place.ts';

/** Warns of paths in the file that lead to nothing. They may yet come to be: files are read when they are used. */
export async function warnMissing({ paths, warnings }: ReadContext): Promise<void> {
  const answers = new Map<string, Promise<string | undefined>>();
  for (const { line, column, path, ...use } of paths) {
    const key = `${use.kind} ${use.target}`;
    const answer = answers.get(key) ?? whatIsMissing(use);
    answers.set(key, answer);
    const message = await answer;
    if (message !== undefined) warnings.push({ line, column, path, message });
  }
}

async function whatIsMissing({ kind, target }: Pick<PathUse, 'kind' | 'target'>): Promise<string | undefined> {
  if (kind === 'file') return canRead(target);
  for await (const _ of glob(target)) return undefined;
  return `no file matches ${target}`;
}

async function canRead(path: string): Promise<string | undefined> {
  try {
    await access(path, 4);
    return undefined;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no file' : 'cannot be read:';
    return `${reason} ${resolve(path)}`;
  }
}
