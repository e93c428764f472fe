import type { Alert } from '../../alert/alert.ts';
import type { EventDocument } from '../event-document.ts';
import { isObject, type JsonObject } from '../json.ts';

const TYPES = [
  ['alert', 'storage.Alert'],
  ['audit', 'v1.Audit.Message'],
  ['networkpolicy', 'v1.NetworkPolicy'],
] as const;

/** The message as the product sent it. */
export function rhacsEventDocument({ details }: Alert): EventDocument | undefined {
  if (!isObject(details)) return undefined;
  for (const [message, type] of TYPES) {
    const body = details[message];
    if (isObject(body)) return { message, type, body: body as JsonObject };
  }
  return undefined;
}
