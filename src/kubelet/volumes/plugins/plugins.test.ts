import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import type { Client } from '../../../client/client.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { inside, nodePath } from '../../files/node-files.ts';
import { podUid } from '../../pod.ts';
import { TokenSource } from '../contents/token-source.ts';
import { podDirectories } from '../directories.ts';
import type { VolumeSpec } from '../plugin.ts';
import { allPlugins } from './all.ts';
import { imagePlugin } from './image.ts';
import { GrowthScene } from './local-growth.fake.ts';
import type { ProjectedOptions } from './projected.ts';

const metadata = { name: 'it', namespace: 'default' };

/** A node in memory, with one ConfigMap and one Secret, both called `it`, and tokens that number themselves. */
function node() {
  const files = new MemoryFiles();
  const clock = new SteppedClock();
  let tokens = 0;
  const client: Pick<Client, 'post'> = {
    post: async () => ({
      status: {
        token: `token${++tokens}`,
        expirationTimestamp: new Date(clock.now() + 3600_000).toISOString(),
      },
    }),
  };
  const configMap: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { k: 'v' } };
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: { k: Buffer.from('s').toString('base64') },
  };
  const directories = podDirectories(files, '/root', '/secrets');
  const runtime = { imageMount: () => Promise.reject(), releaseImageMount: async () => {} };
  const sources: ProjectedOptions = {
    clock,
    objects: {
      configMap: async (_namespace, name) => (name === 'it' ? configMap : undefined),
      secret: async (_namespace, name) => (name === 'it' ? secret : undefined),
    },
    tokens: new TokenSource(client, clock),
    bundles: { get: () => Buffer.from('anchors'), forget() {} },
    certificates: {
      get: async (_pod, place) => ({ key: `key of ${place} `, chain: 'chain' }),
      renewAt: () => undefined,
      forget() {},
    },
    facts: () => ({ nodeName: 'node1', hostIPs: [], podIPs: [], allocatable: {} }),
  };
  const plugins = allPlugins(directories, { ...sources, growth: new GrowthScene().environment }, [
    imagePlugin(directories.disk, runtime),
  ]);
  const pluginFor = (spec: VolumeSpec) => plugins.find((plugin) => plugin.supports(spec))!;
  return { files, clock, configMap, plugins, pluginFor };
}

const specOf = (source: Omit<Volume, 'name'>): VolumeSpec => ({
  volume: { name: 'v', ...source },
  readOnly: false,
});
const behindClaim = (spec: PersistentVolume['spec']): VolumeSpec => ({
  ...specOf({ persistentVolumeClaim: { claimName: 'c' } }),
  persistentVolume: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec },
});
const serviceAccountToken = { path: 'token', expirationSeconds: 3600 };

/** Every kind of volume, the plug-in that has it, and where it is when it is on the node. */
const KINDS: readonly [plugin: string, spec: VolumeSpec, path: string | undefined][] = [
  ['kubernetes.io~empty-dir', specOf({ emptyDir: {} }), '/root/pods/u/volumes/kubernetes.io~empty-dir/v'],
  [
    'kubernetes.io~empty-dir',
    specOf({ emptyDir: { medium: 'Memory' } }),
    '/root/pods/u/volumes/kubernetes.io~empty-dir/v',
  ],
  [
    'kubernetes.io~configmap',
    specOf({ configMap: { name: 'it' } }),
    '/root/pods/u/volumes/kubernetes.io~configmap/v',
  ],
  [
    'kubernetes.io~downward-api',
    specOf({ downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } }),
    '/root/pods/u/volumes/kubernetes.io~downward-api/v',
  ],
  ['kubernetes.io~secret', specOf({ secret: { secretName: 'it' } }), '/secrets/u/kubernetes.io~secret/v'],
  [
    'kubernetes.io~projected',
    specOf({ projected: { sources: [{ serviceAccountToken }, { configMap: { name: 'it' } }] } }),
    '/secrets/u/kubernetes.io~projected/v',
  ],
  ['kubernetes.io~host-path', specOf({ hostPath: { path: '/data', type: 'DirectoryOrCreate' } }), '/data'],
  [
    'kubernetes.io~host-path',
    specOf({ hostPath: { path: '/var/lib/kubelet/plugins', type: 'DirectoryOrCreate' } }),
    '/root/plugins',
  ],
  ['kubernetes.io~host-path', behindClaim({ hostPath: { path: '/data' } }), '/data'],
  ['kubernetes.io~local-volume', behindClaim({ local: { path: '/disk' } }), '/disk'],
  ['kubernetes.io~image', specOf({ image: { reference: 'busybox:1' } }), undefined],
];

for (const [name, spec, path] of KINDS) {
  const kind = Object.keys(spec.persistentVolume?.spec ?? spec.volume).find((key) => key !== 'name');
  test(`${name} (${kind}) is set up and torn down, and both may be repeated`, async () => {
    const { files, pluginFor } = node();
    for (const dir of ['/disk', '/data']) await files.makeDirectory(nodePath(dir));
    const pod = aBoundPod('p', {}, { uid: 'u' });
    const plugin = pluginFor(spec);
    assert.equal(plugin.name, name);
    const mounted = await plugin.setUp({ pod, spec });
    assert.equal('path' in mounted ? mounted.path : undefined, path);
    const place = nodePath(path ?? '/none');
    if (path) {
      assert.equal((await files.stat(place))?.type, 'directory');
      await files.write(inside(place, 'kept'), 'x');
    }
    const before = await files.stat(place);
    assert.deepEqual(await plugin.setUp({ pod, spec }), mounted);
    assert.deepEqual(await files.stat(place), before);
    const found = await plugin.found(podUid(pod));
    const own = path?.includes('/u/') ? ['v'] : [];
    // A local volume may grow while a pod uses it, also one that is used where it is.
    assert.deepEqual(found, kind === 'local' ? ['pv'] : own);
    for (let i = 0; i < 2; i++) await plugin.tearDown('u', found[0] ?? 'v');
    assert.deepEqual(await plugin.found('u'), []);
    const survives = path !== undefined && !path.includes('/u/');
    assert.equal((await files.stat(place)) !== undefined, survives);
    assert.equal(files.mounts.size, 0);
  });
}

test('volumes whose contents follow the API are updated, and tokens are renewed in time', async () => {
  const { files, clock, configMap, pluginFor } = node();
  const pod = aBoundPod('p', {}, { uid: 'u' });
  const spec = specOf({ projected: { sources: [{ serviceAccountToken }, { configMap: { name: 'it' } }] } });
  const plugin = pluginFor(spec);
  await plugin.setUp({ pod, spec });
  const read = async (name: string) =>
    String(await files.read(nodePath('/secrets/u/kubernetes.io~projected/v/..data', name)));
  assert.deepEqual([await read('token'), await read('k')], ['token1', 'v']);
  configMap.data = { k: 'new' };
  await plugin.update!({ pod, spec });
  assert.deepEqual([await read('token'), await read('k')], ['token1', 'new']);
  assert.equal(plugin.renewAt!('u'), clock.now() + 0.8 * 3600_000);
  await clock.step(0.8 * 3600_000);
  await plugin.update!({ pod, spec });
  assert.equal(await read('token'), 'token2');
  await plugin.tearDown('u', 'v');
  assert.equal(plugin.renewAt!('u'), undefined);
});

test('a projected volume has certificates of others and of its own', async () => {
  const { files, pluginFor } = node();
  const pod = aBoundPod('p', { securityContext: { runAsUser: 5 } }, { uid: 'u' });
  const podCertificate = { signerName: 's', keyType: 't', keyPath: 'key', credentialBundlePath: 'all' };
  const sources = [{ clusterTrustBundle: { name: 'b', path: 'ca' } }, { podCertificate }];
  const spec = specOf({ projected: { sources } });
  await pluginFor(spec).setUp({ pod, spec });
  const at = (name: string) => nodePath('/secrets/u/kubernetes.io~projected/v/..data', name);
  const read = async (name: string) => String(await files.read(at(name)));
  assert.deepEqual(
    [await read('ca'), await read('key'), await read('all')],
    ['anchors', 'key of v/1 ', 'key of v/1 chain'],
  );
  const { mode, uid } = (await files.stat(at('key')))!;
  assert.deepEqual([mode, uid], [0o600, 5]);
});

test('a missing source is an error in the words of the FailedMount event, unless it is optional', async () => {
  const { pluginFor } = node();
  const pod = aBoundPod('p', {}, { uid: 'u' });
  const missing = specOf({ configMap: { name: 'none' } });
  await assert.rejects(pluginFor(missing).setUp({ pod, spec: missing }), {
    message: 'configmap "none" not found',
  });
  const optional = specOf({ secret: { secretName: 'none', optional: true } });
  await pluginFor(optional).setUp({ pod, spec: optional });
});

test('a token is closed to all but the user of the containers', async () => {
  const { files, pluginFor } = node();
  const pod = aBoundPod('p', { securityContext: { runAsUser: 5 } }, { uid: 'u' });
  const spec = specOf({ projected: { sources: [{ serviceAccountToken }] } });
  await pluginFor(spec).setUp({ pod, spec });
  const token = await files.stat(nodePath('/secrets/u/kubernetes.io~projected/v/..data', 'token'));
  assert.deepEqual([token?.mode, token?.uid], [0o600, 5]);
});

test('what comes from the API is read-only, whatever the mounts say', async () => {
  const { pluginFor } = node();
  const pod = aBoundPod('p', {}, { uid: 'u' });
  for (const [, spec] of KINDS) {
    const mounted = await pluginFor(spec)
      .setUp({ pod, spec })
      .catch(() => undefined);
    const { configMap, secret, projected, downwardAPI } = spec.volume;
    const fromApi = [configMap, secret, projected, downwardAPI].some((source) => source !== undefined);
    if (mounted && 'path' in mounted) assert.equal(mounted.readOnly, fromApi);
  }
});
