// Custom resources with an unmodified kubectl, without nodes.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.e2e.example.com' },
  spec: {
    group: 'e2e.example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget', shortNames: ['gad'], categories: ['gadgetry'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A gadget of the tests.',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer', minimum: 1, description: 'How large it is.' },
                  color: { type: 'string', default: 'grey' },
                },
              },
            },
          },
        },
      },
    ],
  },
};

describe('custom resources', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-custom', nodes: 0 });
    const file = join(cluster.directory, 'definition.json');
    writeFileSync(file, JSON.stringify(definition));
    await kubectl('apply', '-f', file);
    await kubectl('wait', '--for=condition=Established', 'crd/gadgets.e2e.example.com', '--timeout=30s');
  });
  after(() => cluster?.down());

  const applied = (name: string, spec: object) => {
    const file = join(cluster.directory, `${name}.json`);
    const object = { apiVersion: 'e2e.example.com/v1', kind: 'Gadget', metadata: { name }, spec };
    writeFileSync(file, JSON.stringify(object));
    return kubectl('apply', '-f', file);
  };

  it('client-side apply creates, changes and leaves alone', async () => {
    assert.match(await applied('a', { size: 4 }), /gadget\.e2e\.example\.com\/a created/);
    assert.match(await applied('a', { size: 5 }), /configured/);
    assert.match(await applied('a', { size: 5 }), /unchanged/);
    assert.equal(await kubectl('get', 'gad', 'a', '-o', 'jsonpath={.spec}'), '{"color":"grey","size":5}');
    assert.match(await kubectl('get', 'gadgetry'), /NAME +SIZE\na +5/);
  });

  it('kubectl refuses unknown fields and explains known ones', async () => {
    await assert.rejects(applied('b', { size: 1, hue: 'red' }), /unknown field "spec\.hue"/);
    assert.match(await kubectl('explain', 'gadgets.spec.size'), /<integer>[\s\S]*How large it is\./);
    assert.match(await kubectl('explain', 'gadgets'), /A gadget of the tests\.[\s\S]*metadata/);
  });
});
