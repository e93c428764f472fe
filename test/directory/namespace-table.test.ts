import { describe, expect, test } from 'vitest';
import { type Namespace, NamespaceTable } from '../../src/directory/namespace-table.ts';

const namespace = (over: Partial<Namespace>): Namespace => ({
  id: '',
  name: 'shop',
  cluster: 'prod',
  clusterId: 'c-1',
  annotations: { email: 'a@example.org' },
  ...over,
});
const ref = (over: Partial<Namespace> = {}) => ({ id: '', name: '', cluster: '', clusterId: '', ...over });

describe('NamespaceTable', () => {
  test('finds by uid, by name and cluster id, by name and cluster name, and by nothing less', () => {
    const table = new NamespaceTable(['email']);
    table.replace([namespace({ id: 'u-1' })]);
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
    table.replace([namespace({ id: 'u-1' }), namespace({ id: 'u-2', annotations: { email: 'b@example.org' } })]);
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
    table.replace([namespace({ name: 'other' })]);
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
});
