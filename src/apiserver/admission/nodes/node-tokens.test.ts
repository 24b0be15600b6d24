import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { aRequest, type Subject } from '../../../kit/x509/requests.fake.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { CORE, PODS, TwoNodes } from './two-nodes.fake.ts';

let nodes: TwoNodes;
const asNode = (...request: Parameters<TwoNodes['asNode']>) => nodes.asNode(...request);
const start = async () => {
  nodes = await TwoNodes.start();
};

describe('NodeRestriction of tokens', () => {
  let pod: Body;
  const token = (spec: object) =>
    asNode('POST', `${CORE}/serviceaccounts/robot/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec,
    });
  const bound = (more: object = {}) => ({
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid, ...more },
  });

  before(async () => {
    await start();
    await create(nodes.server, `${CORE}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot' },
    });
    const sources = [
      { serviceAccountToken: { path: 't' } },
      { serviceAccountToken: { path: 'u', audience: 'vault' } },
    ];
    const csi = [{ name: 'w', csi: { driver: 'd.example.com' } }];
    const spec = {
      serviceAccountName: 'robot',
      volumes: [{ name: 'v', projected: { sources } }, ...csi],
    };
    pod = await create(nodes.server, PODS, aPod('p', { nodeName: 'n1', ...spec }));
    await create(nodes.server, PODS, aPod('q', { nodeName: 'n2', ...spec }));
    await create(nodes.server, '/apis/storage.k8s.io/v1/csidrivers', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name: 'd.example.com' },
      spec: { tokenRequests: [{ audience: 'driver' }] },
    });
  });

  it('are bound by uid to a pod on the node', async () => {
    const why = async (spec: object) => {
      const [code, message] = await token(spec);
      assert.equal(code, 403);
      return message.replace('serviceaccounts "robot" is forbidden: ', '');
    };
    assert.equal(await why({ expirationSeconds: 315_360_000 }), 'node requested token not bound to a pod');
    assert.equal(await why(bound({ kind: 'Node', name: 'n1' })), 'node requested token not bound to a pod');
    assert.equal(await why(bound({ uid: '' })), 'node requested token with a pod binding without a uid');
    assert.match(await why(bound({ uid: 'older' })), /does not match the UID in record/);
    const other = (await nodes.server.call('GET', `${PODS}/q`)).body.metadata.uid;
    assert.equal(
      await why(bound({ name: 'q', uid: other })),
      'node requested token bound to a pod scheduled on a different node',
    );
    assert.equal((await token(bound()))[0], 201);
  });

  it('are for an audience that a volume of the pod names, or its driver', async () => {
    for (const audience of ['vault', 'driver'])
      assert.deepEqual(await token({ ...bound(), audiences: [audience] }), [201, ''], audience);
    assert.match(
      (await token({ ...bound(), audiences: ['else'] }))[1],
      /audience "else" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience$/,
    );
    assert.match(
      (await token({ ...bound(), audiences: ['vault', 'else'] }))[1],
      /node may only request 0 or 1 audiences$/,
    );
    const RBAC = 'rbac.authorization.k8s.io';
    const verbs = ['request-serviceaccounts-token-audience'];
    await create(nodes.server, `/apis/${RBAC}/v1/clusterroles`, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'audience' },
      rules: [{ apiGroups: [''], resources: ['else'], verbs }],
    });
    await create(nodes.server, `/apis/${RBAC}/v1/clusterrolebindings`, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'audience' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'audience' },
      subjects: [{ kind: 'Group', apiGroup: RBAC, name: 'system:nodes' }],
    });
    assert.equal((await token({ ...bound(), audiences: ['else'] }))[0], 201);
  });
});

describe('NodeRestriction of certificates', () => {
  before(start);
  const ask = (subject: Subject, signerName = 'kubernetes.io/kubelet-serving') =>
    asNode('POST', '/apis/certificates.k8s.io/v1/certificatesigningrequests', {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { generateName: 'csr-' },
      spec: {
        request: Buffer.from(aRequest(subject)).toString('base64'),
        signerName,
        usages: ['digital signature', 'server auth'],
      },
    });

  it('refuses requests of a node for another name, also hidden behind its own', async () => {
    const own: Subject = [
      ['O', 'system:nodes'],
      ['CN', 'system:node:n1'],
    ];
    assert.equal((await ask(own))[0], 201);
    const why = /can only create a node CSR with CN=system:node:n1$/;
    for (const name of ['system:node:n2', 'system:apiserver'])
      assert.match(
        (
          await ask([
            ['O', 'system:nodes'],
            ['CN', name],
          ])
        )[1],
        why,
      );
    assert.match((await ask([...own, ['CN', 'system:node:n2']]))[1], why);
  });
});
