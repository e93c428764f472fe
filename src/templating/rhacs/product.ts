import type { TemplateAlert } from '../data.ts';

const PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['alauda', 'Alauda Container Security'],
  ['roxctl', 'roxctl'],
]);

/** What its readers call the product behind an alert of the RHACS family. */
export function productOf({ source }: Pick<TemplateAlert, 'source'>): string {
  return PRODUCTS.get(source) ?? 'RHACS';
}
