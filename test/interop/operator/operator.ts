// An operator as users write them, on the informers of the official client: for each Flotilla it keeps as many ConfigMaps as
// spec.ships says. It owns them, so that the garbage collector deletes them; its finalizer leaves a record behind first.
// Runs as a process with the kubeconfig of its service account; test/interop/operator.test.ts drives it.
import {
  type ApiException,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  V1MicroTime,
} from '@kubernetes/client-node';
import { systemClock } from '../../../src/kit/clock.ts';
import { GROUP, OPERATOR } from './manifests.ts';

interface Flotilla extends KubernetesObject {
  readonly spec: { readonly ships: number };
  readonly status?: { readonly conditions?: { status: string; lastTransitionTime: string }[] };
}

const FINALIZER = `${GROUP}/record`;
const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const events = config.makeApiClient(EventsV1Api);
const objects = config.makeApiClient(CustomObjectsApi);
const kind = { group: GROUP, version: 'v1', plural: 'flotillas' };
const as = (type: string) => setHeaderOptions('Content-Type', type);
const label = (name: string) => `${GROUP}/flotilla=${name}`;

const flotillas = makeInformer<Flotilla>(config, `/apis/${GROUP}/v1/flotillas`, () =>
  objects.listClusterCustomObject(kind),
);
const ships = makeInformer<V1ConfigMap>(
  config,
  '/api/v1/configmaps',
  () => core.listConfigMapForAllNamespaces({ labelSelector: `${GROUP}/flotilla` }),
  `${GROUP}/flotilla`,
);

/** One at a time and in order, as a work queue with one worker does; what fails is tried again. */
const waiting = new Map<string, { namespace: string; name: string }>();
let working = false;
function enqueue(namespace: string, name: string): void {
  waiting.set(`${namespace}/${name}`, { namespace, name });
  void work();
}
async function work(): Promise<void> {
  if (working) return;
  working = true;
  for (const [key, { namespace, name }] of waiting) {
    waiting.delete(key);
    try {
      await reconcile(namespace, name);
    } catch (error) {
      console.log(`again ${key}: ${(error as ApiException<string>).code ?? error}`);
      await systemClock.sleep(100);
      waiting.set(key, { namespace, name });
    }
  }
  working = false;
}

async function reconcile(namespace: string, name: string): Promise<void> {
  const flotilla = flotillas.get(name, namespace);
  if (!flotilla) return;
  const { deletionTimestamp, finalizers = [] } = flotilla.metadata!;
  const at = { ...kind, namespace, name };
  const setFinalizers = (body: string[]) =>
    objects.patchNamespacedCustomObject(
      {
        ...at,
        body: { metadata: { finalizers: body, resourceVersion: flotilla.metadata!.resourceVersion } },
      },
      as(PatchStrategy.MergePatch),
    );
  if (deletionTimestamp) {
    if (!finalizers.includes(FINALIZER)) return;
    await applyMap(namespace, {
      metadata: { name: `${name}-record` },
      data: { last: String(flotilla.spec.ships) },
    });
    await setFinalizers(finalizers.filter((one) => one !== FINALIZER));
    return;
  }
  if (!finalizers.includes(FINALIZER)) return void (await setFinalizers([...finalizers, FINALIZER]));
  await sail(flotilla, namespace, name);
  await tellStatus(flotilla, namespace, name);
}

/** Makes the ships that are missing and deletes those that are too many. */
async function sail({ metadata, spec }: Flotilla, namespace: string, name: string): Promise<void> {
  const wanted = Array.from({ length: spec.ships }, (_, i) => `${name}-${i}`);
  const present = shipsOf(namespace, name);
  const owner = { apiVersion: `${GROUP}/v1`, kind: 'Flotilla', name, uid: metadata!.uid!, controller: true };
  for (const ship of wanted)
    if (!present.includes(ship))
      await applyMap(namespace, {
        metadata: {
          name: ship,
          labels: { [`${GROUP}/flotilla`]: name },
          ownerReferences: [{ ...owner, blockOwnerDeletion: true }],
        },
      });
  for (const ship of present)
    if (!wanted.includes(ship)) await core.deleteNamespacedConfigMap({ namespace, name: ship });
}

const shipsOf = (namespace: string, name: string): string[] =>
  ships
    .list(namespace)
    .filter(({ metadata }) => metadata?.labels?.[`${GROUP}/flotilla`] === name && !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata!.name!);

const applyMap = (namespace: string, map: V1ConfigMap) =>
  core.patchNamespacedConfigMap(
    {
      namespace,
      name: map.metadata!.name!,
      body: { apiVersion: 'v1', kind: 'ConfigMap', ...map },
      fieldManager: OPERATOR,
      force: true,
    },
    as(PatchStrategy.ServerSideApply),
  );

/** Applies the status, with the time of the last transition kept while the condition stays. */
async function tellStatus(flotilla: Flotilla, namespace: string, name: string): Promise<void> {
  const { generation: observedGeneration } = flotilla.metadata!;
  const count = shipsOf(namespace, name).length;
  const ready = count === flotilla.spec.ships;
  const status = ready ? 'True' : 'False';
  const before = flotilla.status?.conditions?.[0];
  const now = new Date(systemClock.now()).toISOString();
  const condition = {
    type: 'Ready',
    status,
    reason: ready ? 'AllShips' : 'Waiting',
    message: `${count} of ${flotilla.spec.ships} ships`,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
    observedGeneration,
  };
  await objects.patchNamespacedCustomObjectStatus(
    {
      ...kind,
      namespace,
      name,
      body: {
        apiVersion: `${GROUP}/v1`,
        kind: 'Flotilla',
        metadata: { name },
        status: { ships: count, selector: label(name), observedGeneration, conditions: [condition] },
      },
      fieldManager: OPERATOR,
      force: true,
    },
    as(PatchStrategy.ServerSideApply),
  );
  if (ready && before?.status !== 'True') await announce(flotilla, namespace);
}

async function announce({ metadata }: Flotilla, namespace: string): Promise<void> {
  await events.createNamespacedEvent({
    namespace,
    body: {
      metadata: { generateName: `${metadata!.name}-` },
      eventTime: new V1MicroTime(systemClock.now()),
      action: 'Reconcile',
      reason: 'AllShips',
      note: 'every ship is there',
      type: 'Normal',
      reportingController: `${GROUP}/${OPERATOR}`,
      reportingInstance: String(process.pid),
      regarding: {
        apiVersion: `${GROUP}/v1`,
        kind: 'Flotilla',
        name: metadata!.name,
        namespace,
        uid: metadata!.uid,
      },
    },
  });
}

async function follow<T extends KubernetesObject>(
  informer: Informer<T>,
  nameOf: (object: T) => string,
): Promise<void> {
  informer.on('change', (object) => enqueue(object.metadata!.namespace!, nameOf(object)));
  informer.on('error', async (error) => {
    console.log(`watch failed: ${error}`);
    await systemClock.sleep(500);
    await informer.start();
  });
  await informer.start();
}

await follow(ships, ({ metadata }) => metadata!.labels![`${GROUP}/flotilla`]!);
await follow(flotillas, ({ metadata }) => metadata!.name!);
console.log('running');
