import type { TemplateAlert } from './data.ts';
import type { Rendering } from './helper.ts';
import { annotationLinks, type Link, safeLink } from './links.ts';

/** Where to go to from an alert, the most useful first; each address once. */
export function alertLinks(alert: TemplateAlert, { presentations }: Rendering): Link[] {
  const presentation = presentations.of(alert);
  const isOver = alert.status === 'resolved';
  const links: Link[] = [];
  const add = (text: string, address: string): void => {
    const url = safeLink(address);
    if (url !== undefined && !links.some((link) => link.url === url)) links.push({ text, url });
  };
  add(presentation?.linkText?.(alert) ?? 'Open the source', alert.generatorURL);
  for (const { text, url } of annotationLinks(alert).values()) {
    // Of what has ended, nothing is left to do.
    if (!(isOver && text === 'Runbook')) add(text, url);
  }
  for (const { text, url } of presentation?.links?.(alert) ?? []) add(text, url);
  add('Silence', alert.silenceURL);
  return links;
}
