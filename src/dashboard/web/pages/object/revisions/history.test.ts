import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControllerRevision } from '../../../../../api/kinds/apps/v1/controller-revision.ts';
import type { ReplicaSet } from '../../../../../api/kinds/apps/v1/replica-set.ts';
import type { KubeObject } from '../object-shape.ts';
import { ofControllerRevisions, ofReplicaSets, previousOf } from './history.ts';

const owner = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'x', name: 'web', uid, controller: true }];
const workload: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', uid: 'w', annotations: { 'deployment.kubernetes.io/revision': '3', own: 'yes' } },
};

const replicaSet = (revision: number, uid = 'w'): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `web-${revision}`,
    ownerReferences: owner(uid),
    annotations: {
      'deployment.kubernetes.io/revision': String(revision),
      'kubernetes.io/change-cause': `cause ${revision}`,
    },
  },
  spec: {
    selector: {},
    template: {
      metadata: { labels: { app: 'web', 'pod-template-hash': 'h' } },
      spec: { containers: [{ name: 'app', image: `app:${revision}` }] },
    },
  },
  status: { replicas: revision },
});

test('the ReplicaSets of a Deployment are its revisions, the newest first', () => {
  const found = ofReplicaSets(workload, [
    replicaSet(1),
    replicaSet(3),
    replicaSet(2),
    replicaSet(9, 'other'),
  ]);
  assert.deepEqual(
    found.map(({ revision, isCurrent, images, replicas }) => ({ revision, isCurrent, images, replicas })),
    [
      { revision: 3, isCurrent: true, images: ['app:3'], replicas: 3 },
      { revision: 2, isCurrent: false, images: ['app:2'], replicas: 2 },
      { revision: 1, isCurrent: false, images: ['app:1'], replicas: 1 },
    ],
  );
  assert.equal(previousOf(found)?.revision, 2);
});

test('a rollback brings back the template and the annotations, but not the hash', () => {
  const [revision] = ofReplicaSets(workload, [replicaSet(2)]);
  assert.equal(revision?.restore.type, 'json');
  assert.deepEqual(revision?.restore.body, [
    {
      op: 'replace',
      path: '/spec/template',
      value: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image: 'app:2' }] },
      },
    },
    {
      op: 'replace',
      path: '/metadata/annotations',
      value: { 'deployment.kubernetes.io/revision': '3', 'kubernetes.io/change-cause': 'cause 2' },
    },
  ]);
});

test('the data of a ControllerRevision is its patch, and holds its template', () => {
  const data = {
    spec: { template: { $patch: 'replace', spec: { containers: [{ name: 'a', image: 'a:1' }] } } },
  };
  const revision = (number: number): ControllerRevision => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: `r${number}`, ownerReferences: owner('w') },
    revision: number,
    data,
  });
  const found = ofControllerRevisions(workload, [revision(1), revision(4)]);
  assert.deepEqual(
    found.map(({ revision: number, isCurrent }) => [number, isCurrent]),
    [
      [4, true],
      [1, false],
    ],
  );
  assert.deepEqual(found[1]?.template, { spec: { containers: [{ name: 'a', image: 'a:1' }] } });
  assert.deepEqual(found[1]?.restore, { type: 'strategic', body: data });
});
