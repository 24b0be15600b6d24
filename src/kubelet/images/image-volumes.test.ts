import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { CriError } from '../../cri/runtime.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../../sim/observe.ts';

const mounting = (name: string, mount: object = {}) =>
  aContainer(name, { volumeMounts: [{ name: 'data', mountPath: '/data', ...mount }] });
const aPodWith = (image: object, containers = [mounting('main')]) =>
  aBoundPod('web', { volumes: [{ name: 'data', image: { reference: 'data:1', ...image } }], containers });
const at = (uid = '') => `/kubelet/pods/${uid}/volumes/kubernetes.io~image/data`;

test('the image of a volume is pulled once and mounted for reading only, until the pod is gone', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const [{ files, runtime } = assert.fail()] = cluster.nodes;
  const pulled: string[] = [];
  const pull = runtime.pullImage.bind(runtime);
  runtime.pullImage = (spec) => {
    pulled.push(spec.image);
    return pull(spec);
  };
  const containers = [mounting('main'), mounting('other', { subPath: 'a' }), aContainer('without')];
  await cluster.client.create(Pod, aPodWith({ pullPolicy: 'Always' }, containers));
  const { metadata } = await podInPhase(cluster, 'web', 'Running');
  const path = at(metadata.uid);
  const [[mounted, call] = assert.fail()] = [...files.calls];
  assert.deepEqual([mounted, call.type, call.options?.slice(1)], [path, 'overlay', ['ro']]);
  const mountsOf = (name: string) =>
    [...runtime.containers.values()]
      .find(({ config }) => config.metadata.name === name)
      ?.config.mounts?.filter(({ containerPath }) => containerPath === '/data')
      .map(({ hostPath, readonly }) => [hostPath, readonly]);
  assert.deepEqual(mountsOf('main'), [[path, true]]);
  assert.deepEqual(mountsOf('other'), [[`/kubelet/pods/${metadata.uid}/volume-subpaths/data/other/0`, true]]);
  assert.deepEqual(mountsOf('without'), []);
  const told = await eventsAbout(cluster, 'web');
  assert.ok(told.includes('Normal Pulling Pulling image "data:1"'), told.join('\n'));
  assert.equal(pulled.filter((image) => image === 'data:1').length, 1);
  await cluster.client.delete(Pod, 'web', 'default', { gracePeriodSeconds: 0 });
  await cluster.until('nothing is mounted', async () => files.calls.size === 0, 1000);
});

test('a runtime that mounts images itself gets them with the mounts of the container', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const [{ files, runtime } = assert.fail()] = cluster.nodes;
  Object.assign(runtime, {
    imageMount: async () => {
      throw new CriError('unimplemented', 'the runtime mounts images itself');
    },
  });
  await cluster.client.create(Pod, aPodWith({}, [mounting('main', { subPath: 'a' })]));
  await podInPhase(cluster, 'web', 'Running');
  const [{ config } = assert.fail()] = [...runtime.containers.values()];
  const mount = config.mounts?.find(({ containerPath }) => containerPath === '/data');
  const id = (await runtime.imageStatus({ image: 'data:1' }))?.id;
  assert.deepEqual(mount?.image, { image: id, userSpecifiedImage: 'data:1' });
  assert.deepEqual([mount?.hostPath, mount?.imageSubPath, mount?.readonly], ['', 'a', true]);
  assert.equal(files.calls.size, 0);
});

test('an image of a volume that cannot be pulled keeps its containers waiting, as their own would', async (t) => {
  const registry = (image: string) => !image.includes('data');
  const cluster = await simCluster({ nodes: [{ runtime: { registry } }] }, t);
  await cluster.client.create(Pod, aPodWith({}));
  const waitsFor = (wanted: string) => async () =>
    (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state?.waiting?.reason === wanted;
  await cluster.until('ErrImagePull', waitsFor('ErrImagePull'));
  await cluster.until('ImagePullBackOff', waitsFor('ImagePullBackOff'), 500);
});

test('an image of a volume that must not be pulled has to be there', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  await cluster.client.create(Pod, aPodWith({ pullPolicy: 'Never' }));
  const waiting = async () => (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state?.waiting;
  const { reason, message } = await cluster.until('it waits', async () => {
    const found = await waiting();
    return found?.reason === 'ErrImageNeverPull' ? found : undefined;
  });
  assert.deepEqual(
    [reason, message],
    ['ErrImageNeverPull', 'Container image "data:1" is not present with pull policy of Never'],
  );
  cluster.nodes[0]!.runtime.addImage('data:1');
  await podInPhase(cluster, 'web', 'Running', 1000);
});

test('a mount that fails is told, and tried again', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const [{ files } = assert.fail()] = cluster.nodes;
  const { mount } = files;
  files.mount = () => Promise.reject(new Error('no overlay'));
  await cluster.client.create(Pod, aPodWith({}));
  const message = 'failed to mount image volume "data": no overlay';
  await cluster.until('it waits', async () => {
    const state = (await findPod(cluster, 'web'))?.status?.containerStatuses?.[0]?.state;
    return state?.waiting?.reason === 'CreateContainerError' && state.waiting.message === message;
  });
  files.mount = mount;
  await podInPhase(cluster, 'web', 'Running', 1000);
});
