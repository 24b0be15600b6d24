import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { create } from '../../../sim/api-calls.ts';
import { aContainer, aPod } from '../../../sim/objects/pod.ts';
import { CORE, PODS, TwoNodes } from './two-nodes.fake.ts';

let nodes: TwoNodes;
const asNode = (...request: Parameters<TwoNodes['asNode']>) => nodes.asNode(...request);
const refused = (...request: Parameters<TwoNodes['refused']>) => nodes.refused(...request);
const start = async () => {
  nodes = await TwoNodes.start();
};

const MIRROR = { 'kubernetes.io/config.mirror': 'x' };
const owner = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  name: 'n1',
  uid: nodes.node.metadata.uid,
  controller: true,
  ...more,
});
const mirror = (name: string, spec: Partial<PodSpec> = {}, owners: object[] = [owner()]) =>
  aPod(name, { nodeName: 'n1', ...spec }, { annotations: MIRROR, ownerReferences: owners as never });

describe('NodeRestriction of pods', () => {
  before(start);

  it('lets a node create mirror pods that it owns', async () => {
    assert.deepEqual(await asNode('POST', PODS, mirror('static')), [201, '']);
    await refused(/pod does not have "kubernetes.io\/config.mirror" annotation/, 'POST', PODS, aPod('x'));
    const elsewhere = mirror('x', { nodeName: 'n2' });
    await refused(/can only create pods with spec.nodeName set to itself$/, 'POST', PODS, elsewhere);
  });

  it('refuses a mirror pod that another object owns, or none', async () => {
    for (const [owners, why] of [
      [[], 'node "n1" can only create pods with an owner reference set to itself'],
      [[owner({ name: 'n2' })], 'node "n1" can only create pods with an owner reference set to itself'],
      [[owner({ kind: 'Pod' })], 'node "n1" can only create pods with an owner reference set to itself'],
      [
        [owner(), owner({ uid: 'other', controller: false })],
        'node "n1" can only create pods with a single owner reference set to itself',
      ],
      [
        [owner({ controller: false })],
        'node "n1" can only create pods with a controller owner reference set to itself',
      ],
      [
        [owner({ blockOwnerDeletion: true })],
        'node "n1" must not set blockOwnerDeletion on an owner reference',
      ],
    ] as const)
      await refused(why, 'POST', PODS, mirror('x', {}, [...owners]));
    await refused(/^pods "x" is forbidden: node n1 UID mismatch: expected other got /, 'POST', PODS, {
      ...mirror('x', {}, [owner({ uid: 'other' })]),
    });
  });

  it('refuses a mirror pod that refers to any other object', async () => {
    const secret = { name: 's1' };
    const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
    const projected = (source: object) => volume({ projected: { sources: [source] } });
    for (const [what, spec] of [
      ['serviceaccounts', { serviceAccountName: 'default' }],
      ['secrets', { containers: [aContainer('c', { envFrom: [{ secretRef: secret }] })] }],
      [
        'secrets',
        {
          initContainers: [
            aContainer('i', {
              env: [{ name: 'E', valueFrom: { secretKeyRef: { ...secret, key: 'k' } } }],
            }),
          ],
        },
      ],
      ['secrets', { imagePullSecrets: [secret] }],
      ['secrets', volume({ secret: { secretName: 's1' } })],
      ['secrets', projected({ secret })],
      [
        'secrets',
        volume({ iscsi: { targetPortal: 'p', iqn: 'iqn.2026-01.a:b', lun: 0, secretRef: secret } }),
      ],
      ['configmaps', { containers: [aContainer('c', { envFrom: [{ configMapRef: secret }] })] }],
      ['configmaps', volume({ configMap: secret })],
      ['resourceclaims', { resourceClaims: [{ name: 'r', resourceClaimName: 'r' }] }],
      ['csidrivers (via CSI volumes)', volume({ csi: { driver: 'd' } })],
      ['persistentvolumeclaims', volume({ persistentVolumeClaim: { claimName: 'c' } })],
      [
        'persistentvolumeclaims (via ephemeral volumes)',
        volume({
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
            },
          },
        }),
      ],
      ['serviceaccounts (via projected volumes)', projected({ serviceAccountToken: { path: 't' } })],
      ['clustertrustbundles', projected({ clusterTrustBundle: { name: 'b', path: 'p' } })],
    ] as const)
      await refused(
        `node "n1" can not create pods that reference ${what}`,
        'POST',
        PODS,
        mirror('x', spec as Partial<PodSpec>),
      );
    assert.equal((await asNode('POST', PODS, mirror('plain', volume({ emptyDir: {} }))))[0], 201);
  });

  it('gives a node no secret by a mirror pod that refers to it', async () => {
    await create(nodes.server, `${CORE}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's1' },
    });
    const wanted = mirror('thief', {
      containers: [aContainer('c', { envFrom: [{ secretRef: { name: 's1' } }] })],
    });
    await refused(/can not create pods that reference secrets$/, 'POST', PODS, wanted);
    // Even one that somebody else has created gives none.
    await create(nodes.server, PODS, wanted);
    await refused(/no relationship found between node 'n1' and this object/, 'GET', `${CORE}/secrets/s1`);
  });

  it('lets a node update the status of its pods only, without labels and claim statuses', async () => {
    await create(nodes.server, PODS, aPod('own', { nodeName: 'n1' }));
    await create(nodes.server, PODS, aPod('other', { nodeName: 'n2' }));
    const status = (name: string) => `${PODS}/${name}/status`;
    assert.equal((await asNode('PATCH', status('own'), { status: { reason: 'r' } }))[0], 200);
    await refused(
      'node "n1" can only update pod status for pods with spec.nodeName set to itself',
      'PATCH',
      status('other'),
      { status: { reason: 'r' } },
    );
    await refused('node "n1" cannot update labels through pod status', 'PATCH', status('own'), {
      metadata: { labels: { a: 'b' } },
    });
    await refused('node "n1" cannot update resource claim statues', 'PATCH', status('own'), {
      status: { resourceClaimStatuses: [{ name: 'r', resourceClaimName: 'theirs' }] },
    });
    await refused('node "n1" cannot update extended resource claim status', 'PATCH', status('own'), {
      status: { extendedResourceClaimStatus: { resourceClaimName: 'theirs', requestMappings: [] } },
    });
  });

  it('lets a node delete and evict its pods only', async () => {
    const eviction = (name: string) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });
    await refused(
      'node n1 can only evict pods with spec.nodeName set to itself',
      'POST',
      `${PODS}/other/eviction`,
      eviction('other'),
    );
    await refused(
      'node "n1" can only delete pods with spec.nodeName set to itself',
      'DELETE',
      `${PODS}/other`,
    );
    assert.equal((await asNode('POST', `${PODS}/own/eviction`, eviction('own')))[0], 201);
    assert.equal((await asNode('DELETE', `${PODS}/own`))[0], 200);
  });
});
