import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Placement } from '../../api/pods/placement.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const PATH = '/why/v1/namespaces/default/pods/web';

const placement: Placement = {
  apiVersion: 'why.tiphys/v1',
  kind: 'PodPlacement',
  pod: { namespace: 'default', name: 'web', uid: 'u' },
  schedulerName: 'default-scheduler',
  state: 'Unschedulable',
  nodes: {
    total: 1,
    judged: 1,
    fit: 0,
    verdicts: [
      {
        node: 'n1',
        rejections: [
          {
            plugin: 'NodePorts',
            code: 'Unschedulable',
            reasons: ['r'],
            obstacles: [
              {
                ...{ type: 'HostPort', port: 80, protocol: 'TCP', ip: '0.0.0.0' },
                pod: { namespace: 'secret', name: 'hidden' },
              },
            ],
          },
        ],
        nominated: [{ namespace: 'default', name: 'other' }],
        preemption: {
          victims: [{ namespace: 'secret', name: 'hidden', priority: 1 }],
          count: 1,
          violations: 0,
        },
      },
    ],
  },
};

describe('GET /why/v1/namespaces/NAMESPACE/pods/NAME', () => {
  let cluster: SimCluster;
  let running = true;
  let asked = 0;
  const source = {
    of: async () => {
      asked++;
      return placement;
    },
  };
  before(async () => {
    cluster = await simCluster({ apiServer: { placements: () => (running ? source : undefined) } });
    await cluster.client.create(Pod, aPod('web'));
    await grant('ClusterRole', 'nodes', ['nodes'], ['list']);
    await grant('Role', 'pod', ['pods'], ['get']);
    await grant('Role', 'pods', ['pods'], ['get', 'list']);
    await bind('RoleBinding', 'pod', 'ann', 'ben');
    await bind('RoleBinding', 'pods', 'cat');
    await bind('ClusterRoleBinding', 'nodes', 'ben', 'cat');
  });
  after(() => cluster.stop());

  const plural = (kind: string) => `${kind.toLowerCase()}s`;
  const at = (kind: string) =>
    kind.startsWith('Cluster') ? `${RBAC}/${plural(kind)}` : `${RBAC}/namespaces/default/${plural(kind)}`;
  const make = async (kind: string, name: string, more: object) => {
    const object = { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, ...more };
    assert.equal((await cluster.call('POST', at(kind), object)).status, 201);
  };
  const grant = (kind: string, name: string, resources: string[], verbs: string[]) =>
    make(kind, name, { rules: [{ apiGroups: [''], resources, verbs }] });
  const bind = (kind: string, name: string, ...users: string[]) =>
    make(kind, name, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: kind.replace('Binding', ''), name },
      subjects: users.map((user) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user })),
    });
  const ask = (user: string, path = PATH, method = 'GET') =>
    cluster.call(method, path, undefined, { user: { name: user, groups: ['system:authenticated'] } });

  it('tells an administrator everything', async () => {
    const { status, body } = await cluster.call('GET', PATH);
    assert.equal(status, 200);
    assert.deepEqual(body, placement);
  });

  it('is for those who may get the pod; the scheduler is not asked by others', async () => {
    asked = 0;
    const { status, body } = await ask('stranger');
    assert.equal(status, 403);
    assert.match(body.message, /^pods "web" is forbidden: User "stranger" cannot get resource "pods"/);
    assert.equal((await ask('ann', PATH.replace('default', 'kube-system'))).status, 403);
    assert.equal(asked, 0);
  });

  it('does not tell of a pod whether it is there to those who may not get it', async () => {
    assert.equal((await ask('stranger', PATH.replace('web', 'none'))).status, 403);
    assert.equal((await ask('ann', PATH.replace('web', 'none'))).status, 404);
  });

  it('shows no node to those who may not list nodes', async () => {
    const { body } = await ask('ann');
    assert.deepEqual(body.nodes, { total: 1, judged: 1, fit: 0, verdicts: [], hidden: true });
  });

  it('names no pod to those who may not list its namespace’s pods', async () => {
    const [ben] = (await ask('ben')).body.nodes.verdicts;
    assert.deepEqual(ben.rejections[0].obstacles[0].pod, {});
    assert.deepEqual(ben.preemption, { victims: [{ priority: 1 }], count: 1, violations: 0 });
    assert.deepEqual(ben.nominated, [{}]);
    const [cat] = (await ask('cat')).body.nodes.verdicts;
    assert.deepEqual(cat.nominated, [{ namespace: 'default', name: 'other' }]);
    assert.deepEqual(cat.rejections[0].obstacles[0].pod, {});
  });

  it('is read-only, and unknown to the rest of the path', async () => {
    assert.equal((await cluster.call('POST', PATH)).status, 405);
    assert.equal((await cluster.call('GET', `${PATH}/more`)).status, 404);
    assert.equal((await cluster.call('GET', '/why/v1')).status, 404);
  });

  it('is unavailable where no scheduler runs', async () => {
    running = false;
    const { status, body } = await cluster.call('GET', PATH);
    assert.deepEqual([status, body.reason], [503, 'ServiceUnavailable']);
    running = true;
  });
});
