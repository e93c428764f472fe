import { expect, test } from 'vitest';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { templates } from '../../templating/render.ts';
import { data, fixture, rhacsAlert } from '../../templating/support.ts';

/** An alert about something that this version has never heard of. */
function body(over: object): { alert: Record<string, unknown> } {
  const whole = structuredClone(fixture('11-node-file-access.json')) as { alert: Record<string, unknown> };
  delete whole.alert.node;
  Object.assign(whole.alert, over);
  return whole;
}

const labelsOf = (over: object): Record<string, string> => rhacsAlert(body(over)).labels.toJSON();

test.each([
  [
    { entityType: 'VIRTUAL_MACHINE', virtualMachine: { id: '1', name: 'db-7', clusterName: 'prod' } },
    { entity_type: 'virtual_machine', virtual_machine: 'db-7' },
  ],
  [{ entityType: 'SERVERLESS' }, { entity_type: 'serverless' }],
  [
    { function: { name: 'resize', type: 'Lambda' } },
    { entity_type: 'function', function: 'resize', function_type: 'Lambda' },
  ],
])('%j keeps its kind and name as labels', (over, labels) => {
  expect(labelsOf(over)).toMatchObject({ ...labels, cluster: expect.any(String) });
});

test.each([
  { severity: { name: 'x' } },
  { cluster: { name: 'x' } },
  { 'bad-name!': { name: '' } },
  { __proto__: { name: 'x' } },
  { '1': { name: 'x' } },
])('%j is no entity, and takes no other label’s place', (over) => {
  expect(labelsOf(over)).not.toHaveProperty('entity_type');
  expect(labelsOf(over)).toMatchObject({ severity: labelsOf({}).severity, cluster: labelsOf({}).cluster });
});

test('its email names it', () => {
  const alert = rhacsAlert(body({ virtualMachine: { name: 'db-7' } }));
  const mail = templates.mail('rhacs');
  expect(mail.subject(data([alert]))).toContain('Virtual machine db-7 (in cluster ');
  expect(mail.text(data([alert]))).toMatch(/Affects: +Virtual machine db-7/);
});

test('the Test button is still the Test button', () => {
  const config = { path: '', auth: undefined, staleAfter: undefined, options: {} };
  const [alert] = rhacs.parse(fixture('19-test-button.json'), { config, now: 0, query: {} }).alerts;
  expect(alert?.labels.get('rhacs_test')).toBe('true');
});
