import type { AlertPresentation } from '../../templating/alert-presentation.ts';
import type { Pair } from '../../templating/pair.ts';
import { asObject, type JsonObject, objectAt, scalarAt } from '../json.ts';

const MOST_VALUES = 20;

/** Alerts of an upstream Alertmanager, and what Grafana adds to its own. */
export const alertmanagerPresentation: AlertPresentation = {
  includes: ({ source }) => source === 'alertmanager',
  linkText: (alert) => (isGrafana(asObject(alert.details)) ? 'Open in Grafana' : 'Open the source'),
  facts: ({ details }) => valuesOf(asObject(details)),
  links: ({ details }) => {
    const document = asObject(details);
    return [
      { text: 'Dashboard', url: scalarAt(document, 'dashboardURL') },
      { text: 'Panel', url: scalarAt(document, 'panelURL') },
    ];
  },
};

function isGrafana(details: JsonObject): boolean {
  return scalarAt(objectAt(details, 'upstream'), 'orgId') !== '' || 'values' in details || 'valueString' in details;
}

/** `A = 12.5, C = 1`; the longer text where there are no values. */
function valuesOf(details: JsonObject): Pair[] {
  const values = objectAt(details, 'values');
  const names = Object.keys(values).slice(0, MOST_VALUES);
  const text = names.map((name) => `${name} = ${scalarAt(values, name) || 'none'}`).join(', ');
  const value = text || scalarAt(details, 'valueString');
  return value === '' ? [] : [{ name: 'Values', value }];
}
