// Drivers over real sockets, files in a directory of the test's own, claims from a client by hand.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Client } from '../../client/client.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { exec } from '../../kit/exec.ts';
import { silentLogger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { HostFiles } from '../files/host-files.ts';
import { PluginRegistry } from '../plugin-registry/plugin-registry.ts';
import { containersOf } from '../pod.ts';
import { ClaimCache } from './claim-cache.ts';
import { DraPlugins } from './dra-plugins.ts';
import { FakeDriver, type FakeDriverOptions } from './driver.fake.ts';
import { DynamicResources } from './dynamic-resources.ts';

const DRIVER = 'dra.example.com';

class Scene {
  readonly clock = new SteppedClock();
  readonly files = new HostFiles(exec);
  readonly root: string;
  /** Claims by name. */
  readonly claims = new Map<string, object>();
  readonly wiped: string[] = [];
  readonly plugins: DraPlugins;
  readonly registry: PluginRegistry;
  cache: ClaimCache;
  devices: DynamicResources;

  constructor(root: string) {
    this.root = root;
    const { files, clock } = this;
    const client: Pick<Client, 'deleteCollection'> = {
      deleteCollection: async (_kind, { fieldSelector = '' }) => void this.wiped.push(fieldSelector),
    };
    this.plugins = new DraPlugins({ client, clock, log: silentLogger, nodeName: 'node1' });
    const handlers = { DRAPlugin: () => this.plugins };
    this.registry = new PluginRegistry({ files, clock, log: silentLogger, root, handlers });
    this.cache = new ClaimCache(files, root);
    this.devices = this.#manager();
  }

  /** Another kubelet, which knows what the file says. */
  async restart(): Promise<void> {
    this.cache = new ClaimCache(this.files, this.root);
    await this.cache.load();
    this.devices = this.#manager();
  }

  #manager(): DynamicResources {
    const client = {
      get: async (_kind: unknown, name: string) => {
        const found = this.claims.get(name);
        if (!found) throw new Error(`resourceclaims.resource.k8s.io "${name}" not found`);
        return found;
      },
    } as Pick<Client, 'get'>;
    return new DynamicResources({ client, plugins: this.plugins, cache: this.cache });
  }

  async driver(t: TestContext, options: Partial<FakeDriverOptions> = {}): Promise<FakeDriver> {
    const driver = new FakeDriver({ path: join(this.registry.directory, 'd.sock'), ...options });
    await driver.start();
    t.after(() => driver.stop());
    await this.scan();
    return driver;
  }

  /** Until what is there has registered. */
  async scan(): Promise<void> {
    await this.registry.scan();
    await this.registry.settled();
  }

  addClaim(name: string, users: readonly string[], uid = name, driver = DRIVER): void {
    const results = [{ request: 'r', driver, pool: 'p', device: 'd' }];
    this.claims.set(name, {
      metadata: { name, namespace: 'default', uid },
      spec: {},
      status: {
        allocation: { devices: { results } },
        reservedFor: users.map((user) => ({ resource: 'pods', name: user, uid: user })),
      },
    });
  }
}

async function sceneOf(t: TestContext): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'dra-'));
  const scene = new Scene(root);
  await scene.registry.start();
  t.after(async () => {
    scene.registry.stop();
    scene.plugins.stop();
    await rm(root, { recursive: true });
  });
  return scene;
}

const podUsing = (name: string, ...claims: string[]) =>
  aPod(
    name,
    {
      resourceClaims: claims.map((claim) => ({ name: claim, resourceClaimName: claim })),
      containers: [aContainer('main', { resources: { claims: claims.map((claim) => ({ name: claim })) } })],
    },
    { uid: name },
  );
const failure = (work: Promise<unknown>) => work.then(() => 'none', messageOf);

describe('registration', () => {
  it('of a driver is told to it; one that goes takes its slices with it', async (t) => {
    const scene = await sceneOf(t);
    const driver = await scene.driver(t);
    assert.deepEqual(driver.statuses, [{ pluginRegistered: true, error: '' }]);
    assert.equal(scene.plugins.get(DRIVER).driver, DRIVER);
    await driver.stop();
    await scene.scan();
    assert.throws(() => scene.plugins.get(DRIVER), /^Error: DRA driver dra\.example\.com is not registered$/);
    await scene.clock.step(29_000);
    assert.deepEqual(scene.wiped, []);
    await scene.clock.step(1_000);
    assert.deepEqual(scene.wiped, ['spec.driver=dra.example.com,spec.nodeName=node1']);
  });

  it('of one that comes back leaves its slices', async (t) => {
    const scene = await sceneOf(t);
    await (await scene.driver(t)).stop();
    await scene.scan();
    await scene.driver(t);
    await scene.clock.step(60_000);
    assert.deepEqual(scene.wiped, []);
  });

  const refused: readonly (readonly [string, FakeDriverOptions['info'], RegExp])[] = [
    [
      'other plugins',
      { type: 'CSIPlugin' },
      /^RegisterPlugin error -- no handler registered for plugin type: CSIPlugin at socket /,
    ],
    [
      'bad names',
      { name: 'A_b' },
      /^RegisterPlugin error -- plugin validation failed with err: invalid DRA driver name "A_b"$/,
    ],
    ['drivers without services', { supportedVersions: [] }, /empty list of supported gRPC services/],
    [
      'drivers of other versions',
      { supportedVersions: ['v9.DRAPlugin'] },
      /none of services supported by the plugin \(\["v9\.DRAPlugin"\]\) are supported by the kubelet \(\["v1\.DRAPlugin" "v1beta1\.DRAPlugin"\]\)$/,
    ],
  ];
  for (const [what, info, error] of refused)
    it(`refuses ${what}`, async (t) => {
      const scene = await sceneOf(t);
      const driver = await scene.driver(t, { info: info! });
      assert.equal(driver.statuses[0]?.pluginRegistered, false);
      assert.match(driver.statuses[0]?.error ?? '', error);
    });

  it('is tried again', async (t) => {
    const scene = await sceneOf(t);
    await writeFile(join(scene.registry.directory, 'no-socket'), '');
    const path = join(scene.registry.directory, 'd.sock');
    const closed = new FakeDriver({ path, info: { type: 'Later' } });
    await closed.start();
    await scene.scan();
    await closed.stop();
    const driver = new FakeDriver({ path });
    await driver.start();
    t.after(() => driver.stop());
    await scene.clock.step(10_000);
    await scene.scan();
    assert.equal(driver.statuses[0]?.pluginRegistered, true);
  });
});

describe('claims', () => {
  it('are prepared once for all pods, and unprepared after the last one', async (t) => {
    const scene = await sceneOf(t);
    const driver = await scene.driver(t);
    scene.addClaim('c', ['a', 'b']);
    await Promise.all(['a', 'b'].map((name) => scene.devices.prepare(podUsing(name, 'c'))));
    assert.deepEqual(driver.calls, ['prepare default/c']);
    assert.deepEqual([...driver.services], ['/k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin']);
    await scene.devices.release('a');
    assert.deepEqual(driver.calls, ['prepare default/c']);
    await scene.devices.release('b');
    assert.deepEqual(driver.calls, ['prepare default/c', 'unprepare default/c']);
    await scene.devices.release('b');
    assert.equal(driver.calls.length, 2);
  });

  it('are prepared by drivers that call the kubelet’s directory by its usual name', async (t) => {
    const scene = await sceneOf(t);
    const endpoint = '/var/lib/kubelet/plugins_registry/d.sock';
    const driver = await scene.driver(t, { info: { endpoint } });
    scene.addClaim('c', ['a']);
    await scene.devices.prepare(podUsing('a', 'c'));
    assert.deepEqual(driver.calls, ['prepare default/c']);
  });

  it('are prepared by older drivers, too', async (t) => {
    const scene = await sceneOf(t);
    const driver = await scene.driver(t, { info: { supportedVersions: ['v1beta1.DRAPlugin'] } });
    scene.addClaim('c', ['a']);
    await scene.devices.prepare(podUsing('a', 'c'));
    assert.deepEqual([...driver.services], ['/k8s.io.kubelet.pkg.apis.dra.v1beta1.DRAPlugin']);
  });

  it('that an earlier kubelet has prepared are known', async (t) => {
    const scene = await sceneOf(t);
    const driver = await scene.driver(t);
    scene.addClaim('c', ['a']);
    await scene.devices.prepare(podUsing('a', 'c'));
    await scene.restart();
    await scene.devices.prepare(podUsing('a', 'c'));
    await scene.devices.releaseOthers(new Set(['a']));
    assert.deepEqual(driver.calls, ['prepare default/c']);
    await scene.devices.releaseOthers(new Set());
    assert.deepEqual(driver.calls, ['prepare default/c', 'unprepare default/c']);
    assert.equal(await readFile(join(scene.root, 'dra_manager_state'), 'utf8'), '{"claims":[]}');
  });

  it('are prepared again until the driver has done it', async (t) => {
    const scene = await sceneOf(t);
    let error = 'no power';
    const driver = await scene.driver(t, { prepare: () => ({ error }) });
    scene.addClaim('c', ['a']);
    const pod = podUsing('a', 'c');
    assert.equal(
      await failure(scene.devices.prepare(pod)),
      'prepare dynamic resources: NodePrepareResources failed for ResourceClaim c: no power',
    );
    error = '';
    await scene.devices.prepare(pod);
    assert.equal(driver.calls.length, 2);
  });

  const failures: readonly (readonly [string, (scene: Scene, t: TestContext) => unknown, string])[] = [
    [
      'without a driver',
      (scene) => scene.addClaim('c', ['a']),
      'DRA driver dra.example.com is not registered',
    ],
    ['that are gone', () => {}, 'fetch ResourceClaim c: resourceclaims.resource.k8s.io "c" not found'],
    [
      'of others',
      (scene) => scene.addClaim('c', ['b']),
      'pod a (a) is not allowed to use ResourceClaim c (c)',
    ],
    [
      'that the driver skips',
      async (scene, t) => {
        scene.addClaim('c', ['a']);
        await scene.driver(t, { prepare: () => undefined });
      },
      'NodePrepareResources skipped 1 ResourceClaims',
    ],
    [
      'that have been made again',
      async (scene, t) => {
        await scene.driver(t);
        scene.addClaim('c', ['b']);
        await scene.devices.prepare(podUsing('b', 'c'));
        scene.addClaim('c', ['a'], 'new');
      },
      'old ResourceClaim with same name c and different UID c still exists (previous pod force-deleted?!)',
    ],
  ];
  for (const [what, arrange, message] of failures)
    it(`${what} keep the pod from starting`, async (t) => {
      const scene = await sceneOf(t);
      await arrange(scene, t);
      assert.equal(
        await failure(scene.devices.prepare(podUsing('a', 'c'))),
        `prepare dynamic resources: ${message}`,
      );
    });

  it('are unprepared again until the driver has done it', async (t) => {
    const scene = await sceneOf(t);
    let error = 'busy';
    const driver = await scene.driver(t, { unprepare: () => error });
    scene.addClaim('c', ['a']);
    await scene.devices.prepare(podUsing('a', 'c'));
    assert.match(
      await failure(scene.devices.release('a')),
      /^unprepare dynamic resources: NodeUnprepareResources failed for ResourceClaim c: busy$/,
    );
    error = '';
    await scene.devices.release('a');
    assert.equal(driver.calls.length, 3);
  });
});

it('containers get the CDI devices of what they ask for', async (t) => {
  const scene = await sceneOf(t);
  const device = (request: string, ...cdiDeviceIds: string[]) => ({
    ...{ poolName: 'p', deviceName: 'd', shareId: '' },
    requestNames: request ? [request] : [],
    cdiDeviceIds,
  });
  await scene.driver(t, {
    prepare: () => ({ devices: [device('r', 'x/c=1', 'x/c=2'), device('s', 'x/c=3'), device('', 'x/c=4')] }),
  });
  scene.addClaim('c', ['a']);
  const pod = podUsing('a', 'c');
  pod.spec!.containers.push(
    aContainer('some', { resources: { claims: [{ name: 'c', request: 's' }] } }),
    aContainer('none'),
  );
  await scene.devices.prepare(pod);
  const names = containersOf(pod).map((container) => scene.devices.cdiDevices(pod, container));
  assert.deepEqual(names, [['x/c=1', 'x/c=2', 'x/c=3', 'x/c=4'], ['x/c=3', 'x/c=4'], []]);
});
