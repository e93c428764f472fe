import { describe, expect, test } from 'vitest';
import { type Namespace, NamespaceTable } from '../../../../src/sources/rhacs/namespaces/table.ts';

const namespace = (over: Partial<Namespace>): Namespace => ({
  id: '',
  name: 'shop',
  cluster: 'prod',
  clusterId: 'c-1',
  annotations: { email: 'a@example.org' },
  ...over,
});
/** A table filled anew, as a feed that lists everything does. */
function listed(table: NamespaceTable, ...namespaces: readonly Namespace[]): NamespaceTable {
  const fresh = table.empty();
  for (const one of namespaces) fresh.put(one);
  return fresh;
}
const ref = (over: Partial<Namespace> = {}) => ({ id: '', name: '', cluster: '', clusterId: '', ...over });

describe('NamespaceTable', () => {
  test('finds by uid, by name and cluster id, by name and cluster name, and by nothing less', () => {
    const table = new NamespaceTable(['email']);
    table.replace(listed(table, namespace({ id: 'u-1' })));
    const found = (over: Partial<Namespace>) => table.annotation(ref(over), 'email');
    expect(found({ id: 'u-1' })).toBe('a@example.org');
    expect(found({ clusterId: 'c-1', name: 'shop' })).toBe('a@example.org');
    expect(found({ cluster: 'prod', name: 'shop' })).toBe('a@example.org');
    expect(found({ name: 'shop' })).toBeUndefined();
    expect(found({ clusterId: 'c-1' })).toBeUndefined();
    expect(found({ clusterId: 'c-2', name: 'shop' })).toBeUndefined();
    expect(found({ clusterId: 'c-1', name: 'Shop' })).toBeUndefined();
    expect(found({})).toBeUndefined();
    expect(table.annotation(ref({ id: 'u-1' }), 'owner')).toBeUndefined();
  });

  test('two namespaces of one name in one cluster are nobody’s, as in RHACS', () => {
    const table = new NamespaceTable(['email']);
    table.replace(
      listed(table, namespace({ id: 'u-1' }), namespace({ id: 'u-2', annotations: { email: 'b@example.org' } })),
    );
    expect(table.annotation(ref({ clusterId: 'c-1', name: 'shop' }), 'email')).toBeUndefined();
    expect(table.annotation(ref({ id: 'u-2' }), 'email')).toBe('b@example.org');
    table.remove(ref({ id: 'u-1' }));
    expect(table.annotation(ref({ clusterId: 'c-1', name: 'shop' }), 'email')).toBe('b@example.org');
  });

  test('follows what is put and removed', () => {
    const table = new NamespaceTable(['email']);
    table.put(namespace({ id: 'u-1' }));
    table.put(namespace({ id: 'u-1', annotations: { email: 'b@example.org' } }));
    expect([table.size, table.annotation(ref({ id: 'u-1' }), 'email')]).toEqual([1, 'b@example.org']);
    table.replace(listed(table, namespace({ name: 'other' })));
    expect([table.size, table.annotation(ref({ id: 'u-1' }), 'email')]).toEqual([1, undefined]);
  });

  test('keeps only what is asked for, and of a value no more than 8 kB', () => {
    const annotations = { email: 'x'.repeat(100_000), note: 'y'.repeat(100_000) };
    const table = new NamespaceTable(['email']);
    table.put(namespace({ id: 'u-1', annotations }));
    expect(table.annotation(ref({ id: 'u-1' }), 'email')).toHaveLength(8_192);
    expect(table.annotation(ref({ id: 'u-1' }), 'note')).toBeUndefined();
  });

  test.each([[null], ['text'], [['email']], [{ email: 1 }], [JSON.parse('{"__proto__": {"email": "x"}}')]])(
    'annotations that are none: %j',
    (annotations) => {
      const table = new NamespaceTable(['email', '__proto__', 'constructor']);
      table.put(namespace({ id: 'u-1', annotations }));
      for (const key of ['email', '__proto__', 'constructor']) {
        expect(table.annotation(ref({ id: 'u-1' }), key)).toBeUndefined();
      }
    },
  );

  test('three of one name, until one is left or all are gone', () => {
    const table = new NamespaceTable(['email']);
    const found = () => table.annotation(ref({ clusterId: 'c-1', name: 'shop' }), 'email');
    for (const id of ['u-1', 'u-2', 'u-3']) {
      table.put(namespace({ id, annotations: { email: `${id}@example.org` } }));
    }
    expect(found()).toBeUndefined();
    // Renamed, as no Kubernetes does but an API may say.
    table.put(namespace({ id: 'u-1', name: 'cart', annotations: { email: 'cart@example.org' } }));
    expect(found()).toBeUndefined();
    table.remove(ref({ id: 'u-3' }));
    expect(found()).toBe('u-2@example.org');
    table.remove(ref({ id: 'u-2' }));
    expect(found()).toBeUndefined();
    expect(table.annotation(ref({ cluster: 'prod', name: 'cart' }), 'email')).toBe('cart@example.org');
  });

  test('an event costs the same however many namespaces there are', { timeout: 10_000 }, () => {
    const table = new NamespaceTable(['email']);
    for (let i = 0; i < 20_000; i++) table.put(namespace({ id: `u-${i}`, name: `n-${i}` }));
    // Were the index built anew for each of them, this would take a minute.
    for (let i = 0; i < 3_000; i++) {
      table.put(namespace({ id: 'u-7', name: 'n-7', annotations: { email: `${i}@example.org` } }));
    }
    expect(table.annotation(ref({ clusterId: 'c-1', name: 'n-7' }), 'email')).toBe('2999@example.org');
    expect(table.size).toBe(20_000);
  });
});
