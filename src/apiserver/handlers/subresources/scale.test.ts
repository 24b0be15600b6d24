import assert from 'node:assert/strict';
import { it } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const labels = { app: 'web' };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};

it('a Scale is shown as a table of its own, or as partial metadata, to clients that ask for it', async () => {
  const server = await simCluster();
  await create(server, DEPLOYMENTS, deployment);
  const as = (form: string, query = {}) =>
    server.call('GET', `${DEPLOYMENTS}/web/scale`, undefined, {
      query,
      headers: { accept: `application/json;as=${form};v=v1;g=meta.k8s.io` },
    });
  const { body } = await as('Table');
  assert.equal(body.kind, 'Table');
  assert.deepEqual(
    body.columnDefinitions.map(({ name }: { name: string }) => name),
    ['Name', 'Desired', 'Available', 'Age'],
  );
  assert.deepEqual(body.rows[0].cells, ['web', 3, 0, '0s']);
  assert.equal(body.rows[0].object.kind, 'PartialObjectMetadata');
  assert.equal((await as('Table', { includeObject: 'Object' })).body.rows[0].object.spec.replicas, 3);
  const partial = (await as('PartialObjectMetadata')).body;
  assert.deepEqual(
    [partial.kind, partial.metadata.name, partial.spec],
    ['PartialObjectMetadata', 'web', undefined],
  );
});
