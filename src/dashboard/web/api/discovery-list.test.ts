import assert from 'node:assert/strict';
import { it } from 'node:test';
import { kindsOf } from './discovery-list.ts';
import { apiVersionOf, collectionPath, objectPath } from './kind.ts';

const resource = (name: string, kind: string, scope: string, verbs = ['list', 'get']) => ({
  ...{ resource: name, scope, verbs, singularResource: kind.toLowerCase() },
  responseKind: { kind },
});

it('kinds are those that can be listed, each in the preferred version', () => {
  const list = {
    items: [
      {
        metadata: { name: 'sea.example' },
        versions: [
          { version: 'v2', resources: [resource('boats', 'Boat', 'Namespaced')] },
          {
            version: 'v1',
            resources: [resource('boats', 'Boat', 'Namespaced'), resource('ports', 'Port', 'Cluster')],
          },
        ],
      },
      {
        versions: [{ version: 'v1', resources: [resource('bindings', 'Binding', 'Namespaced', ['create'])] }],
      },
    ],
  };
  const found = kindsOf(list);
  assert.deepEqual(
    found.map((kind) => [kind.kind, apiVersionOf(kind), kind.namespaced, kind.custom]),
    [
      ['Boat', 'sea.example/v2', true, true],
      ['Port', 'sea.example/v1', false, true],
    ],
  );
  assert.equal(collectionPath(found[0]!, 'x'), '/apis/sea.example/v2/namespaces/x/boats');
  assert.equal(objectPath(found[1]!, undefined, 'a b', 'status'), '/apis/sea.example/v1/ports/a%20b/status');
});
