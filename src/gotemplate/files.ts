import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBytes } from './bytes.ts';
import { Failure } from './errors.ts';
import { goGlob } from './glob.ts';
import type { Source } from './nodes.ts';

/**
 * The files that the globs match, in the order of the globs, and for each in the order of their names. Bytes that are no UTF-8 stay.
 * @param accepts whether a file is a Go template. @param problem takes what cannot be read.
 */
export async function readSources(
  globs: readonly string[],
  accepts: (file: string) => boolean,
  problem: (message: string) => void,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const pattern of globs) {
    for (const file of await filesOf(pattern, problem)) {
      if (!accepts(file)) continue;
      const text = await textOf(file, problem);
      if (text !== undefined) sources.push({ name: path.basename(file), path: file, text });
    }
  }
  return sources;
}

async function filesOf(pattern: string, problem: (message: string) => void): Promise<string[]> {
  try {
    return await goGlob(pattern);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    problem(`${JSON.stringify(pattern)} in templates: ${error.message}`);
    return [];
  }
}

async function textOf(file: string, problem: (message: string) => void): Promise<string | undefined> {
  try {
    return fromBytes(await readFile(file));
  } catch (error) {
    problem(`${file}: ${reason(error as NodeJS.ErrnoException, file)}`);
    return undefined;
  }
}

function reason({ code, message }: NodeJS.ErrnoException, file: string): string {
  if (code === 'EISDIR') return `read ${file}: is a directory`;
  if (code === 'EACCES') return `open ${file}: permission denied`;
  return code === 'ENOENT' ? `open ${file}: no such file or directory` : message;
}
