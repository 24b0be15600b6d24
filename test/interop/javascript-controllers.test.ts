// What controllers written with the official JavaScript client rely on: informers that go on after their watch has ended or
// has become too old, bookmarks, leases that one of several holds, tokens and reviews. Without nodes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type ApiException,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  Metrics,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  V1MicroTime,
  Watch,
} from '@kubernetes/client-node';
import { systemClock } from '../../src/kit/clock.ts';
import { apiClient } from '../support/api-client.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const namespace = 'default';
const path = `/api/v1/namespaces/${namespace}/configmaps`;
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const codeOf = (error: unknown) => (error as ApiException<string>).code;
let cluster: TestCluster | undefined;
let kubeconfig: string;
let config: KubeConfig;
let core: CoreV1Api;

const create = (name: string, labels: Record<string, string> = {}) =>
  core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels } } });

/** Writes until the store forgets its old versions, because they take too much memory. */
async function forgetVersion(version: string, kubeconfig: string): Promise<void> {
  const api = apiClient(kubeconfig);
  const map = (size: number) => ({ metadata: { name: 'large' }, data: { text: 'x'.repeat(size) } });
  await api.post(path, map(1));
  const exact = `${path}?limit=1&resourceVersion=${version}&resourceVersionMatch=Exact`;
  for (let i = 0; (await api.get(exact)).status !== 410; i++)
    await api.put(`${path}/large`, map(1_000_000 - i));
  await api.del(`${path}/large`);
  api.close();
}

describe('controllers with the JavaScript client', () => {
  before(async () => {
    const other = process.env.TIPHYS_TEST_KUBECONFIG;
    if (!other) cluster = await startTestCluster({ name: 'tph-interop-ctl', nodes: 0 });
    kubeconfig = other ?? cluster!.env.KUBECONFIG!;
    config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    core = config.makeApiClient(CoreV1Api);
  });
  after(() => cluster?.down());

  /** An informer of the maps with a label, whose watches last for a second; counts its lists. */
  function informerOf(label: string) {
    const seen: string[] = [];
    const lists: string[] = [];
    const labelSelector = `watched=${label}`;
    const informer = makeInformer<V1ConfigMap>(
      config,
      `${path}?timeoutSeconds=1`,
      async () => {
        const list = await core.listNamespacedConfigMap({ namespace, labelSelector });
        lists.push(list.metadata!.resourceVersion!);
        return list;
      },
      labelSelector,
    );
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata?.name}`));
    return { informer, seen, lists };
  }

  it('an informer resumes where its watch ended, without another list', async () => {
    const { informer, seen, lists } = informerOf('ends');
    let connections = 0;
    informer.on('connect', () => {
      connections++;
    });
    await informer.start();
    await create('ends-1', { watched: 'ends' });
    await eventually('the first is seen', () => seen.length === 1);
    await eventually('the watch has ended', () => connections > 1);
    await core.patchNamespacedConfigMap({ name: 'ends-1', namespace, body: { data: { a: '1' } } }, merge);
    await core.deleteNamespacedConfigMap({ name: 'ends-1', namespace });
    await eventually('all is seen', () => seen.length === 3);
    await informer.stop();
    assert.deepEqual(seen, ['add ends-1', 'update ends-1', 'delete ends-1']);
    assert.equal(lists.length, 1);
  });

  it('an informer tells errors, and goes on when it is started again', async () => {
    const reader = new KubeConfig();
    reader.loadFromString(config.exportConfig());
    reader.users = [{ name: 'nobody', token: 'wrong' }];
    reader.contexts = reader.contexts.map((context) => ({ ...context, user: 'nobody' }));
    const failing = makeInformer(reader, path, () =>
      reader.makeApiClient(CoreV1Api).listNamespacedConfigMap({ namespace }),
    );
    const failures: unknown[] = [];
    failing.on('error', (error) => failures.push(codeOf(error)));
    await failing.start();
    await eventually('the error', () => failures.length > 0);
    assert.deepEqual(failures, [401]);
    reader.users = config.users.map((user) => ({ ...user, name: 'nobody' }));
    const added: string[] = [];
    failing.on('add', ({ metadata }) => added.push(metadata!.name!));
    await failing.start();
    await eventually('the list', () => added.includes('kube-root-ca.crt'));
    await failing.stop();
  });

  it('a watch from a version that is gone ends with 410, and an informer lists again', async () => {
    const kept = await create('old-1', { watched: 'old' });
    const first = kept.metadata!.resourceVersion!;
    await forgetVersion(first, kubeconfig);
    const seen: string[] = [];
    let lists = 0;
    const informer = makeInformer<V1ConfigMap>(config, path, async () => {
      const list = await core.listNamespacedConfigMap({ namespace, labelSelector: 'watched=old' });
      // As if the first list had been read long ago.
      if (lists++ === 0) list.metadata!.resourceVersion = first;
      return list;
    });
    informer.on('delete', ({ metadata }) => seen.push(`delete ${metadata?.name}`));
    await informer.start();
    await eventually('a second list', () => lists === 2);
    await core.deleteNamespacedConfigMap({ name: 'old-1', namespace });
    await eventually('the deletion', () => seen.includes('delete old-1'));
    await informer.stop();
  });

  it('bookmarks tell the version of a watch in which nothing happens', async () => {
    const events: { type: string; version: string; end?: string }[] = [];
    const parameters = {
      allowWatchBookmarks: true,
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      timeoutSeconds: 5,
    };
    const request = await new Watch(config).watch(
      path,
      parameters,
      (type: string, { metadata }: V1ConfigMap) => {
        const end = metadata?.annotations?.['k8s.io/initial-events-end'];
        events.push({ type, version: metadata!.resourceVersion!, end });
      },
      () => {},
    );
    const bookmark = await eventually('the bookmark', () => events.find(({ type }) => type === 'BOOKMARK'));
    request.abort();
    assert.equal(bookmark.end, 'true');
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    assert.ok(Number(bookmark.version) <= Number(metadata!.resourceVersion));
    const before = events.slice(0, events.indexOf(bookmark));
    assert.ok(before.length > 0 && before.every(({ type }) => type === 'ADDED'));
  });

  it('one of several candidates holds a lease', async () => {
    const leases = config.makeApiClient(CoordinationV1Api);
    const name = 'leader';
    const held = (holderIdentity: string) => ({
      metadata: { name },
      spec: {
        holderIdentity,
        leaseDurationSeconds: 15,
        leaseTransitions: 0,
        renewTime: new V1MicroTime(systemClock.now()),
      },
    });
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((who) => leases.createNamespacedLease({ namespace, body: held(who) })),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const lost = results.filter((result) => result.status === 'rejected');
    assert.deepEqual(
      lost.map(({ reason }) => codeOf(reason)),
      [409, 409],
    );
    const [seenByA, seenByB] = await Promise.all(
      [1, 2].map(() => leases.readNamespacedLease({ name, namespace })),
    );
    assert.match(JSON.stringify(seenByA!.spec!.renewTime), /\.\d{6}Z"$/);
    const takes = await Promise.allSettled(
      [seenByA!, seenByB!].map((lease, i) => {
        lease.spec = { ...lease.spec, holderIdentity: `next-${i}`, leaseTransitions: 1 };
        return leases.replaceNamespacedLease({ name, namespace, body: lease });
      }),
    );
    assert.equal(takes.filter(({ status }) => status === 'fulfilled').length, 1);
    const { spec } = await leases.readNamespacedLease({ name, namespace });
    assert.match(spec!.holderIdentity!, /^next-/);
  });

  it('asks for a token, uses it, and reviews it and its rights', async () => {
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
    const request = await core.createNamespacedServiceAccountToken({
      name: 'robot',
      namespace,
      body: { spec: { audiences: ['vault'], expirationSeconds: 600 } },
    });
    const { token = '', expirationTimestamp } = request.status ?? {};
    assert.ok(expirationTimestamp instanceof Date);
    const review = await config
      .makeApiClient(AuthenticationV1Api)
      .createTokenReview({ body: { spec: { token, audiences: ['vault', 'other'] } } });
    assert.equal(review.status?.authenticated, true);
    assert.deepEqual(review.status?.audiences, ['vault']);
    const user = 'system:serviceaccount:default:robot';
    assert.equal(review.status?.user?.username, user);
    const access = await config.makeApiClient(AuthorizationV1Api).createSubjectAccessReview({
      body: {
        spec: {
          user,
          resourceAttributes: { verb: 'list', group: 'apps', resource: 'deployments', namespace },
        },
      },
    });
    assert.equal(access.status?.allowed, false);
    const robot = new KubeConfig();
    robot.loadFromString(config.exportConfig());
    const own = await core.createNamespacedServiceAccountToken({
      name: 'robot',
      namespace,
      body: { spec: {} },
    });
    robot.users = [{ name: 'robot', token: own.status?.token ?? '' }];
    robot.contexts = robot.contexts.map((context) => ({ ...context, user: 'robot' }));
    await assert.rejects(
      robot.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace }),
      (error) =>
        codeOf(error) === 403 &&
        new RegExp(`User \\\\"${user}\\\\" cannot list resource`).test(
          String((error as ApiException<string>).body),
        ),
    );
  });

  it('reads what pods use', async () => {
    assert.equal((await new Metrics(config).getPodMetrics(namespace)).kind, 'PodMetricsList');
  });

  it('custom objects: every patch, status and scale', async () => {
    const objects = config.makeApiClient(CustomObjectsApi);
    const group = 'interop.example';
    const int = { type: 'integer' };
    const body = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `fleets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'fleets', kind: 'Fleet' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: {
              status: {},
              scale: { specReplicasPath: '.spec.ships', statusReplicasPath: '.status.ships' },
            },
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: { type: 'object', properties: { ships: int, flag: { type: 'string' } } },
                  status: { type: 'object', properties: { ships: int } },
                },
              },
            },
          },
        ],
      },
    };
    const definitions = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
    await objects.createClusterCustomObject({ ...definitions, body });
    const at = { group, version: 'v1', namespace, plural: 'fleets', name: 'f' };
    const fleet = { apiVersion: `${group}/v1`, kind: 'Fleet', metadata: { name: 'f' } };
    await objects.createNamespacedCustomObject({
      ...at,
      body: { ...fleet, spec: { ships: 1 }, status: { ships: 9 } },
    });
    const patched = (content: unknown, type: string) =>
      objects.patchNamespacedCustomObject(
        {
          ...at,
          body: content,
          fieldManager: 'interop',
          ...(type === PatchStrategy.ServerSideApply && { force: true }),
        },
        setHeaderOptions('Content-Type', type),
      );
    assert.equal((await patched({ spec: { ships: 2 } }, PatchStrategy.MergePatch)).spec.ships, 2);
    const steps = [{ op: 'add', path: '/spec/flag', value: 'red' }];
    assert.equal((await patched(steps, PatchStrategy.JsonPatch)).spec.flag, 'red');
    const applied = await patched({ ...fleet, spec: { ships: 3 } }, PatchStrategy.ServerSideApply);
    assert.deepEqual([applied.spec, applied.status], [{ ships: 3, flag: 'red' }, undefined]);
    await assert.rejects(
      patched({ spec: { ships: 4 } }, PatchStrategy.StrategicMergePatch),
      (error) => codeOf(error) === 415,
    );
    await objects.patchNamespacedCustomObjectStatus(
      { ...at, body: { spec: { ships: 7 }, status: { ships: 3 } } },
      merge,
    );
    await objects.patchNamespacedCustomObjectScale({ ...at, body: { spec: { replicas: 5 } } }, merge);
    const scale = await objects.getNamespacedCustomObjectScale(at);
    assert.deepEqual([scale.kind, scale.spec, scale.status], ['Scale', { replicas: 5 }, { replicas: 3 }]);
    assert.equal((await objects.getNamespacedCustomObject(at)).spec.ships, 5);
  });
});
