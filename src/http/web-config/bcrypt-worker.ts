import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** A question to the worker: does the password match the hash? */
export interface Question {
  readonly id: string;
  readonly password: string;
  readonly hash: string;
}

export interface Answer {
  readonly id: string;
  readonly fits: boolean;
}

parentPort?.on('message', ({ id, password, hash }: Question) => {
  parentPort?.postMessage({ id, fits: fits(password, hash) } satisfies Answer);
});

function fits(password: string, hash: string): boolean {
  try {
    return compareSync(password, hash);
  } catch {
    return false;
  }
}
