import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { updateManagedFields } from '../../api/patch/apply/field-manager.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { encoder } from './encoding.ts';
import { freeze } from './item.ts';

const made = (name: string, subresource?: string): KubeObject =>
  freeze(
    updateManagedFields({
      ...{
        kind: Pod,
        live: undefined,
        updated: { ...aPod(name), status: { phase: 'Running' } },
        manager: 'möbius',
        now: 0,
      },
      ...(subresource && { subresource }),
    }),
  );

const read = (object: KubeObject, revision = 7) => JSON.parse(encoder(object)(revision).toString());

describe('an encoded object', () => {
  it('has the revision of the write and is otherwise what it was, also when its managers are like those of others', () => {
    for (const subresource of [undefined, 'status'])
      for (let i = 0; i < 4; i++) {
        const object = made(`p${i}`, subresource);
        const metadata = { ...object.metadata, resourceVersion: '7' };
        assert.ok(object.metadata.managedFields);
        for (let again = 0; again < 2; again++) assert.deepEqual(read(object), { ...object, metadata });
      }
  });

  it('has the same bytes whether or not the set of a manager has been seen before', () => {
    const [first, ...others] = ['a', 'a', 'a', 'a'].map((name) => encoder(made(name))(7).toString());
    for (const other of others) assert.equal(other, first);
  });

  it('may have no managers, and nothing but metadata', () => {
    const bare: KubeObject = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } };
    assert.equal(
      encoder(bare)(3).toString(),
      '{"kind":"X","apiVersion":"v1","metadata":{"name":"x","resourceVersion":"3"}}',
    );
    const managed = { ...bare, metadata: { ...bare.metadata, managedFields: [] } };
    assert.deepEqual(read(managed, 3).metadata.managedFields, []);
    assert.equal(encoder(bare).characters + 1, encoder(bare)(3).length);
  });
});
