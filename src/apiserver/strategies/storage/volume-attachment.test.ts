import assert from 'node:assert/strict';
import { it } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';

const PATH = '/apis/storage.k8s.io/v1/volumeattachments';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

it('the status of a VolumeAttachment is written by its own path only, and its spec never changes', async (t) => {
  const server = await simCluster({}, t);
  const spec = { attacher: 'd.example.com', nodeName: 'n', source: { persistentVolumeName: 'v' } };
  await create(server, PATH, {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' }, spec },
    status: { attached: true },
  });
  const patch = async (path: string, body: object) => {
    const { status, body: after } = await server.call('PATCH', `${PATH}/a${path}`, body, MERGE);
    return status === 200 ? after : `${status} ${after.message}`;
  };
  const finalizers = ['example.com/f'];
  const main = await patch('', { metadata: { finalizers }, status: { attached: true } });
  assert.deepEqual([main.metadata.finalizers, main.status], [finalizers, { attached: false }]);
  const status = { attached: true, attachmentMetadata: { a: 'b' } };
  const after = await patch('/status', {
    metadata: { finalizers: null, labels: { a: 'b' } },
    spec: { nodeName: 'other' },
    status,
  });
  assert.deepEqual(
    [after.metadata.finalizers, after.metadata.labels, after.spec, after.status],
    [finalizers, undefined, spec, status],
  );
  assert.match(
    await patch('', { spec: { nodeName: 'other' } }),
    /^422 .*spec: Invalid value: .*field is immutable/,
  );
  assert.match(
    await patch('/status', { status: { attachError: { message: 'x'.repeat(1025) } } }),
    /^422 .*status\.attachError\.message: Too long/,
  );
});
