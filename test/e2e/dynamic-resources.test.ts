// Devices of a driver, from its ResourceSlice to a container: a driver that the test itself is registers with the kubelet, the
// scheduler allocates its device for a pod's claim, and the container gets what the driver's CDI specification says.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FakeDriver } from '../../src/kubelet/devices/driver.fake.ts';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

const NAME = 'tph-e2e-dra';
const DRIVER = 'dra.example.com';
const API = 'resource.k8s.io/v1';
const CDI = '/var/run/cdi';
const CDI_FILE = join(CDI, `${NAME}.json`);

describe('dynamic resources', () => {
  let scene: PodScene;
  let driver: FakeDriver;
  /** What devices bring into containers. */
  let directory: string;

  before(async () => {
    scene = await PodScene.start(NAME);
    directory = await mkdtemp(join(tmpdir(), 'tph-dra-'));
    await writeFile(join(directory, 'firmware'), 'version 7\n');
    await publishCdi(directory);
    driver = new FakeDriver({
      path: join(await registryOf(scene), `${DRIVER}.sock`),
      prepare: ({ name }) => {
        const cdiDeviceIds = name.startsWith('plain') ? [] : ['example.com/device=gpu'];
        const device = { requestNames: [], poolName: 'pool', deviceName: 'gpu-0', shareId: '' };
        return { devices: [{ ...device, cdiDeviceIds }] };
      },
    });
    await driver.start();
    await scene.create(
      { apiVersion: API, kind: 'DeviceClass', metadata: { name: DRIVER }, spec: classSpec },
      template('gpu', { deviceClassName: DRIVER }),
      await slice(),
    );
  });
  after(async () => {
    await driver?.stop();
    await rm(CDI_FILE, { force: true });
    await rm(directory ?? CDI_FILE, { recursive: true, force: true });
    await scene?.down();
  });

  const RESOURCE = 'example.com/gpu';
  const classSpec = {
    selectors: [{ cel: { expression: `device.driver == "${DRIVER}"` } }],
    extendedResourceName: RESOURCE,
  };
  const template = (name: string, exactly: object) => ({
    ...{ apiVersion: API, kind: 'ResourceClaimTemplate', metadata: { name } },
    spec: { spec: { devices: { requests: [{ name: 'r', exactly }] } } },
  });
  const slice = async () => ({
    ...{ apiVersion: API, kind: 'ResourceSlice', metadata: { name: 'slice' } },
    spec: {
      ...{ driver: DRIVER, pool: { name: 'pool', generation: 1, resourceSliceCount: 1 } },
      nodeName: (await scene.cluster.kubectl('get', 'node', '-o', 'name')).trim().replace('node/', ''),
      devices: [{ name: 'gpu-0' }, { name: 'gpu-1' }],
    },
  });
  const resourceClaims = [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }];
  const resources = { claims: [{ name: 'gpu' }] };
  const claims = async () =>
    JSON.parse(await scene.cluster.kubectl('get', 'resourceclaims', '-o', 'json')).items;

  it('a container has the environment, mounts and device nodes of its device', async () => {
    const script =
      'echo $GPU; cat /firmware; (echo x > /firmware) 2>&1 | grep -o Read-only; head -c 2 /dev/gpu | wc -c';
    await scene.create(pod('user', { resourceClaims, containers: main(script, { resources }) }));
    assert.deepEqual(await scene.lines('user'), ['zero', 'version 7', 'Read-only', '2']);
    assert.ok(driver.calls.some((call) => /^prepare default\/user-gpu-/.test(call)));
    await eventually('the claim is unprepared and gone', async () => {
      const unprepared = driver.calls.some((call) => /^unprepare default\/user-gpu-/.test(call));
      return unprepared && (await claims()).length === 0;
    });
  });

  it('a container that does not name the claim has nothing of it', async () => {
    await scene.create(
      pod('other', { resourceClaims, containers: main('echo $GPU-; ls /firmware 2>&1 | wc -l') }),
    );
    assert.equal((await scene.lines('other'))[0], '-');
  });

  it('a device without CDI devices runs, too', async () => {
    await scene.create({
      ...{ apiVersion: API, kind: 'ResourceClaim', metadata: { name: 'plain' } },
      spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: DRIVER } }] } },
    });
    const named = [{ name: 'gpu', resourceClaimName: 'plain' }];
    await scene.create(pod('plain', { resourceClaims: named, containers: main('echo ran', { resources }) }));
    assert.deepEqual(await scene.lines('plain'), ['ran']);
  });

  it('a container that asks for an extended resource has a device of the class that backs it', async () => {
    const amounts = { [RESOURCE]: '1' };
    const asking = { resources: { requests: amounts, limits: amounts } };
    await scene.create(pod('extended', { containers: main('echo $GPU; cat /firmware', asking) }));
    assert.deepEqual(await scene.lines('extended'), ['zero', 'version 7']);
    await eventually('its claim is gone', async () => {
      const names = (await claims()).map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      return !names.some((name: string) => name.startsWith('extended-'));
    });
  });

  it('a pod waits for a free device, and for its driver', async () => {
    await scene.create(
      ...['one', 'two', 'three'].map((name) =>
        pod(name, { resourceClaims, containers: main('sleep 1000', { resources }) }),
      ),
    );
    const running = await eventually('two pods run', async () => {
      const all = await Promise.all(
        ['one', 'two', 'three'].map(async (name) => [name, (await scene.status(name)).phase]),
      );
      const names = all.flatMap(([name, phase]) => (phase === 'Running' ? [name!] : []));
      return names.length === 2 ? names : undefined;
    });
    const waiting = ['one', 'two', 'three'].find((name) => !running.includes(name))!;
    await scene.event(waiting, /FailedScheduling: 0\/1 nodes are available: 1 cannot allocate all claims\./);
    await driver.stop();
    // The claim of the pod that goes cannot be unprepared while its driver is away; that of the next cannot be prepared.
    await driver.start();
    await scene.cluster.kubectl('delete', 'pod', running[0]!, '--wait=false');
    await scene.phase(waiting, 'Running');
  });
});

/** The directory of the only node. */
async function registryOf({ cluster }: PodScene): Promise<string> {
  const found = await eventually('the kubelet has made the directory of plugins', async () => {
    const names = await readdir(cluster.directory, { recursive: true });
    return names.find((name) => name.endsWith('/plugins_registry'));
  });
  return join(cluster.directory, found);
}

async function publishCdi(directory: string): Promise<void> {
  const containerEdits = {
    env: ['GPU=zero'],
    deviceNodes: [{ path: '/dev/gpu', hostPath: '/dev/zero' }],
    mounts: [{ hostPath: join(directory, 'firmware'), containerPath: '/firmware', options: ['ro', 'bind'] }],
  };
  await mkdir(CDI, { recursive: true });
  const spec = {
    cdiVersion: '0.6.0',
    kind: 'example.com/device',
    devices: [{ name: 'gpu', containerEdits }],
  };
  await writeFile(CDI_FILE, JSON.stringify(spec));
}
