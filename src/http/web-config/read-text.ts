import { readFileSync } from 'node:fs';
import { readFailure } from '../../config/read-failure.ts';

/** Reads a file that a setting names. @throws Error, one line with the setting, the file and the reason */
export function readText(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${setting}: ${path}: ${readFailure(error as NodeJS.ErrnoException)}`);
  }
}
