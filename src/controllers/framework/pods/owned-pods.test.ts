import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import { controllerReference, keyOf } from '../../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../../api/meta/v1/resource.ts';
import { labelSelectorOfMap } from '../../../api/selectors/label-selector.ts';
import { createEventRecorder } from '../../../client/events/events.ts';
import { discoverKinds } from '../../../client/rest/discovery.ts';
import { silentLogger } from '../../../kit/log.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { podsOf } from '../../../sim/observe.ts';
import { type Controller, type ControllerContext, watch } from '../controller.ts';
import { type RunningController, runController } from '../loop.ts';
import { ownerKind } from '../ownership/owner-kind.ts';
import { OwnedPods } from './owned-pods.ts';
import { podFromTemplate } from './pod-control.ts';

const definition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'squads.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'squads', singular: 'squad', kind: 'Squad' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const template = {
  metadata: { labels: { app: 'squad' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};

/** Keeps two pods for each squad and deletes those labelled `old`: all that a new kind that owns pods has to write. */
function squadController(context: ControllerContext, kind: AnyResource, rounds: string[]): Controller {
  const owners = ownerKind(context, kind, () => labelSelectorOfMap({ app: 'squad' }));
  const pods = new OwnedPods(context, owners);
  return {
    name: 'squad-controller',
    watches: [watch(owners.informer, (squad) => [keyOf(squad)]), pods.watch],
    reconcile: async (key) => {
      rounds.push(key);
      const squad = owners.informer.lister.byKey(key);
      if (!squad) return undefined;
      const mine = await pods.claim(squad, (pod) => !pod.metadata.deletionTimestamp);
      if (!pods.settled(squad)) return undefined;
      const remove = mine.filter((pod) => pod.metadata.labels?.old);
      const create = Array.from({ length: Math.max(0, 2 - mine.length + remove.length) }, () =>
        podFromTemplate(template, 'default', 'squad', controllerReference(kind, squad)),
      );
      const { failure } = await pods.apply(squad, { create, remove });
      if (failure) throw failure;
      return undefined;
    },
  };
}

describe('OwnedPods, for a kind it does not know', () => {
  let cluster: SimCluster;
  let Squad: AnyResource;
  let running: RunningController;
  let rounds: string[];

  beforeEach(async () => {
    cluster = await simCluster();
    await cluster.client.create(CustomResourceDefinition, definition);
    await cluster.settle();
    const { kinds } = await discoverKinds(cluster.transport);
    Squad = kinds.find((kind) => kind.resource.plural === 'squads') as AnyResource;
    rounds = [];
    const { client, informers, clock, random, transport } = cluster;
    const log = silentLogger;
    const events = createEventRecorder({ client, clock, log, component: 'squad-controller' });
    const discover = () => discoverKinds(transport);
    const openApi = async () => undefined;
    const context = {
      client,
      informers,
      clock,
      random,
      log,
      events,
      discover,
      groupVersions: async () => [],
      openApi,
    };
    running = runController(squadController(context, Squad, rounds), { clock, log });
    informers.start();
    await running.started;
  });

  afterEach(async () => {
    await running.stop();
    await cluster.stop();
  });

  const createSquad = async () => {
    const metadata = { name: 'a', namespace: 'default' };
    await cluster.client.create(Squad, { metadata } as ObjectOf<AnyResource> & KubeObject);
    await cluster.settle();
  };

  const ownerOf = async (name: string) =>
    (await cluster.client.get(Pod, name, 'default')).metadata.ownerReferences?.[0]?.kind;

  const createPod = (labels: Record<string, string>) =>
    cluster.client.create(Pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'orphan', namespace: 'default', labels },
      spec: template.spec,
    });

  const relabel = async (app: string) => {
    await cluster.client.patch(Pod, 'orphan', 'default', 'merge', { metadata: { labels: { app } } });
    await cluster.settle();
  };

  it('creates what is missing once, although the cache shows it later', async () => {
    await createSquad();
    assert.equal((await podsOf(cluster)).length, 2);
  });

  it('deletes pods although others cannot be created', async () => {
    await createSquad();
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'default' } };
    const limited = await cluster.client.create(ResourceQuota, { ...quota, spec: { hard: { pods: '2' } } });
    // What the quota controller would count: this cluster has none.
    const status = { hard: { pods: '2' }, used: { pods: '0' } };
    await cluster.client.update(ResourceQuota, { ...limited, status }, { subresource: 'status' });
    const name = (await podsOf(cluster))[0]!.metadata.name!;
    await cluster.client.patch(Pod, name, 'default', 'merge', { metadata: { labels: { old: 'yes' } } });
    await cluster.settle();
    assert.ok(!(await podsOf(cluster)).some((pod) => pod.metadata.name === name));
  });

  it('wakes the owner when one of its pods is deleted', async () => {
    await createSquad();
    const [first] = await podsOf(cluster);
    await cluster.client.delete(Pod, first!.metadata.name!, 'default', { gracePeriodSeconds: 0 });
    await cluster.settle();
    const names = (await podsOf(cluster)).map((pod) => pod.metadata.name);
    assert.equal(names.length, 2);
    assert.ok(!names.includes(first!.metadata.name));
  });

  it('adopts an orphan when its labels come to match, and releases it when they no longer do', async () => {
    await createPod({ app: 'other' });
    await createSquad();
    assert.equal(await ownerOf('orphan'), undefined);
    await relabel('squad');
    assert.equal(await ownerOf('orphan'), 'Squad');
    await relabel('other');
    assert.equal(await ownerOf('orphan'), undefined);
  });

  it('adopts a pod whose owner reference was removed', async () => {
    await createSquad();
    const [first] = await podsOf(cluster);
    const name = first!.metadata.name!;
    await cluster.client.patch(Pod, name, 'default', 'merge', { metadata: { ownerReferences: null } });
    await cluster.settle();
    assert.equal(await ownerOf(name), 'Squad');
    assert.equal((await podsOf(cluster)).length, 2);
  });

  it('is not woken by an orphan that does not match, nor by a pod of another kind of owner', async () => {
    await createSquad();
    const before = rounds.length;
    await createPod({ app: 'other' });
    await relabel('another');
    const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'x', controller: true };
    await cluster.client.patch(Pod, 'orphan', 'default', 'merge', {
      metadata: { ownerReferences: [reference], labels: { app: 'squad' } },
    });
    await cluster.settle();
    assert.equal(rounds.length, before);
  });
});
