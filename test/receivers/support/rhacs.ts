import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NotifiedAlert } from '../../../src/alert/notification.ts';
import { normalizeAlert } from '../../../src/intake/normalize.ts';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** The alert that a body of RHACS becomes (test/fixtures/rhacs/NAME.json). */
export async function rhacsAlert(
  name: string,
  now: number,
  status: NotifiedAlert['status'] = 'firing',
): Promise<NotifiedAlert> {
  const body = JSON.parse(await readFile(join(FIXTURES, 'rhacs', `${name}.json`), 'utf8')) as unknown;
  const options = { centralUrl: 'https://central.example.org' };
  const config = { path: '', auth: undefined, staleAfter: undefined, options };
  const [input] = rhacs.parse(body, { config, now, query: {} }).alerts;
  if (!input) throw new Error(`${name} holds no alert`);
  const alert = normalizeAlert(input, 'rhacs', now, undefined, { resolveTimeout: 300_000, isValidName: () => true });
  return { alert: status === 'resolved' ? { ...alert, endsAt: now } : alert, status };
}

/** What RHACS' own notifier sends for it (test/fixtures/rhacs-notifiers/NAME). */
export async function notifierBody(name: string): Promise<string> {
  return await readFile(join(FIXTURES, 'rhacs-notifiers', name), 'utf8');
}
