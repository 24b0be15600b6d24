import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type Body, create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';

const PODS = '/api/v1/namespaces/default/pods';
const NAMESPACES = '/api/v1/namespaces';
const NODES = '/api/v1/nodes';
const aNode = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
});

let server: SimCluster;
beforeEach(async () => {
  server = await simCluster();
});

/** Status and message of a POST. */
async function refused(path: string, object: unknown): Promise<[number, string]> {
  const { status, body } = await server.call('POST', path, object);
  return [status, (body as Body).message];
}

describe('NamespaceLifecycle', () => {
  it('refuses objects in a namespace that does not exist', async () => {
    assert.deepEqual(await refused('/api/v1/namespaces/none/pods', aPod('p', {}, { namespace: 'none' })), [
      404,
      'namespaces "none" not found',
    ]);
  });

  it('refuses new objects in a terminating namespace, and the deletion of default', async () => {
    await create(server, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' } });
    await server.call('DELETE', `${NAMESPACES}/going`);
    const pod = aPod('p', {}, { namespace: 'going' });
    assert.deepEqual(await refused('/api/v1/namespaces/going/pods', pod), [
      403,
      'pods "p" is forbidden: unable to create new content in namespace going because it is being terminated',
    ]);
    const kept = await server.call('DELETE', `${NAMESPACES}/default`);
    assert.deepEqual(
      [kept.status, kept.body.message],
      [403, 'namespaces "default" is forbidden: this namespace may not be deleted'],
    );
  });
});

describe('Priority', () => {
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
  const priorityClass = (name: string, value: number, globalDefault = false) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    globalDefault,
  });

  it('sets the value of the named class, of the default class, or zero', async () => {
    assert.equal((await create(server, PODS, aPod('a'))).spec.priority, 0);
    await create(server, classes, priorityClass('usual', 10, true));
    await create(server, classes, priorityClass('high', 1000));
    assert.equal((await create(server, PODS, aPod('b'))).spec.priority, 10);
    assert.equal((await create(server, PODS, aPod('c', { priorityClassName: 'high' }))).spec.priority, 1000);
  });

  it('takes the policy of the class, and refuses another one', async () => {
    const patient = { ...priorityClass('patient', 5), preemptionPolicy: 'Never' };
    await create(server, classes, patient);
    const { spec } = await create(server, PODS, aPod('a', { priorityClassName: 'patient' }));
    assert.equal(spec.preemptionPolicy, 'Never');
    assert.deepEqual(await refused(PODS, aPod('b', { preemptionPolicy: 'Never' })), [
      403,
      'pods "b" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ]);
    const same = { priorityClassName: 'patient', preemptionPolicy: 'Never' } as const;
    assert.equal((await create(server, PODS, aPod('c', same))).spec.priority, 5);
  });

  it('refuses an unknown class, a number of the user’s own and a second default', async () => {
    assert.deepEqual(await refused(PODS, aPod('a', { priorityClassName: 'none' })), [
      403,
      'pods "a" is forbidden: no PriorityClass with name none was found',
    ]);
    const [status, message] = await refused(PODS, aPod('b', { priority: 7 }));
    assert.equal(status, 403);
    assert.match(message, /the integer value of priority \(7\) must not be provided in pod spec/);
    await create(server, classes, priorityClass('usual', 10, true));
    assert.deepEqual(await refused(classes, priorityClass('other', 20, true)), [
      403,
      'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    ]);
  });
});

describe('RuntimeClass', () => {
  it('adds overhead, node selector and tolerations, and refuses unknown classes and conflicts', async () => {
    await create(server, '/apis/node.k8s.io/v1/runtimeclasses', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'vm' },
      handler: 'vm',
      overhead: { podFixed: { memory: '64Mi' } },
      scheduling: { nodeSelector: { vm: 'yes' }, tolerations: [{ key: 'vm', operator: 'Exists' }] },
    });
    const { spec } = await create(server, PODS, aPod('a', { runtimeClassName: 'vm' }));
    assert.deepEqual([spec.overhead, spec.nodeSelector], [{ memory: '64Mi' }, { vm: 'yes' }]);
    assert.ok(spec.tolerations.some(({ key }: { key?: string }) => key === 'vm'));
    assert.deepEqual(await refused(PODS, aPod('b', { runtimeClassName: 'none' })), [
      403,
      'pods "b" is forbidden: pod rejected: RuntimeClass "none" not found',
    ]);
    assert.deepEqual(await refused(PODS, aPod('c', { runtimeClassName: 'vm', nodeSelector: { vm: 'no' } })), [
      403,
      'pods "c" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[vm] = yes; pod.spec.nodeSelector[vm] = no',
    ]);
  });
});

describe('the overhead of a RuntimeClass', () => {
  it('refuses an overhead that the class does not define', async () => {
    await create(server, '/apis/node.k8s.io/v1/runtimeclasses', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'vm' },
      handler: 'vm',
      overhead: { podFixed: { memory: '64Mi' } },
    });
    const overhead = { memory: '1Mi' };
    assert.deepEqual(await refused(PODS, aPod('a', { runtimeClassName: 'vm', overhead })), [
      403,
      "pods \"a\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ]);
    assert.deepEqual(await refused(PODS, aPod('b', { overhead })), [
      403,
      'pods "b" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ]);
  });
});

describe('default classes', () => {
  it('DefaultStorageClass sets the newest default class of a claim without one', async () => {
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = (name: string, storageClassName?: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        ...(storageClassName !== undefined && { storageClassName }),
      },
    });
    assert.equal((await create(server, claims, claim('a'))).spec.storageClassName, undefined);
    await create(server, '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'example.com/fast',
    });
    assert.equal((await create(server, claims, claim('b'))).spec.storageClassName, 'fast');
    assert.equal((await create(server, claims, claim('c', ''))).spec.storageClassName, '');
  });

  it('DefaultIngressClass sets the newest default class, the first by name of equally new ones', async () => {
    const classes = '/apis/networking.k8s.io/v1/ingressclasses';
    const ingressClass = (name: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'example.com/ingress' },
    });
    const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
    const ingress = (name: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
    });
    await create(server, classes, ingressClass('one'));
    assert.equal((await create(server, ingresses, ingress('a'))).spec.ingressClassName, 'one');
    await create(server, classes, ingressClass('a-twin'));
    assert.equal((await create(server, ingresses, ingress('b'))).spec.ingressClassName, 'a-twin');
    await server.clock.step(1_000);
    await create(server, classes, ingressClass('younger'));
    assert.equal((await create(server, ingresses, ingress('c'))).spec.ingressClassName, 'younger');
  });
});

describe('tolerations and taints', () => {
  it('DefaultTolerationSeconds adds 300 s for nodes not ready or unreachable, unless the pod tolerates them', async () => {
    const seconds = async (name: string, spec = {}) =>
      (await create(server, PODS, aPod(name, spec))).spec.tolerations.map(
        (one: { key?: string; tolerationSeconds?: number }) => [one.key, one.tolerationSeconds],
      );
    assert.deepEqual(await seconds('a'), [
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]);
    assert.deepEqual(await seconds('b', { tolerations: [{ operator: 'Exists' }] }), [[undefined, undefined]]);
  });

  it('TaintNodesByCondition taints a new node as not ready', async () => {
    const { spec } = await create(server, NODES, aNode('node1'));
    assert.deepEqual(spec.taints, [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
  });
});
