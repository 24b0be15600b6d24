// What is added to a new object is the same set, whatever set it is taken from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { compare } from './compare.ts';
import { sorted } from './field-tree.ts';
import { blankObject, objectShape } from './shape.ts';

const SHAPE = objectShape(Pod);
const name = fc.constantFrom('a', 'b', 'c', '__proto__');
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const labels = fc.dictionary(name, fc.constantFrom('x', ''), { maxKeys: 3 });
const container = fc.record(
  {
    name,
    image: fc.constant('i'),
    env: fc.array(fc.record({ name, value: some(fc.constant('v')) }), { maxLength: 2 }),
    ports: fc.array(fc.record({ containerPort: fc.nat(1), protocol: some(fc.constant('TCP')) }), {
      maxLength: 2,
    }),
    resources: fc.record({ limits: labels }, { requiredKeys: [] }),
    securityContext: some(fc.constant({})),
  },
  { requiredKeys: ['name'] },
);
const pod = fc.record(
  {
    metadata: fc.record({ name: name, labels, finalizers: fc.uniqueArray(name) }, { requiredKeys: ['name'] }),
    spec: fc.record(
      // Items with the same key are accepted in stored objects.
      { containers: fc.array(container, { maxLength: 3 }), nodeSelector: labels, volumes: fc.constant(null) },
      { requiredKeys: ['containers'] },
    ),
    status: some(fc.constant({ phase: 'Running' })),
  },
  { requiredKeys: ['metadata', 'spec'] },
);

const added = (object: unknown, model?: ReturnType<typeof sorted>) =>
  compare(SHAPE, blankObject(Pod), object, model);

test('a set is the same, whatever it is taken from', () => {
  let taken = 0;
  fc.assert(
    fc.property(pod, pod, fc.boolean(), (object, other, isSame) => {
      const model = sorted(added(isSame ? object : other).added);
      const found = added(object, model);
      assert.deepEqual(found, added(object));
      if (isSame && found.added['f:spec']?.['f:containers'] === model['f:spec']?.['f:containers']) taken++;
    }),
    { numRuns: 2_000, seed: 1 },
  );
  assert.ok(taken > 200, `${taken} sets were taken from their models`);
});
