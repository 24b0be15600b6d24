// A CSI driver at a socket of its own registers as its node-driver-registrar would.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nodeGetInfo } from '../../csi/messages/node.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { exec } from '../../kit/exec.ts';
import { answer, GrpcTestServer, requests } from '../../kit/grpc/server.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { CsiMetrics } from '../csi/csi-metrics.ts';
import type { NodeFacts } from '../csi/csi-node.ts';
import { CsiDrivers } from '../csi/drivers.ts';
import { CsiRegistration } from '../csi/registration.ts';
import { HostFiles } from '../files/host-files.ts';
import { getInfo, notifyRegistrationStatus, type RegistrationStatus } from './messages.ts';
import { PluginRegistry } from './plugin-registry.ts';

const NAME = 'd.example.com';

class Scene {
  readonly clock = new SteppedClock();
  readonly installed = new Map<string, NodeFacts>();
  readonly drivers = new CsiDrivers([], this.clock, new CsiMetrics());
  readonly registry: PluginRegistry;
  readonly root: string;
  nodeAllocatableUpdatePeriodSeconds: number | undefined;
  maxVolumesPerNode = 3;

  constructor(root: string) {
    this.root = root;
    const csiNode = {
      install: async (facts: NodeFacts) => void this.installed.set(facts.name, facts),
      uninstall: async (name: string) => void this.installed.delete(name),
    };
    const csiDriver = async (name: string) => ({
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name } },
      spec: { nodeAllocatableUpdatePeriodSeconds: this.nodeAllocatableUpdatePeriodSeconds ?? 0 },
    });
    const { clock, drivers } = this;
    const registration = new CsiRegistration({
      ...{ drivers, csiNode, csiDriver, clock, log: silentLogger },
      updateNode: async (name) =>
        csiNode.install({ name, ...(await drivers.get(name).call(nodeGetInfo, {})) }),
    });
    const files = new HostFiles(exec);
    const handlers = { CSIPlugin: () => registration };
    this.registry = new PluginRegistry({ files, clock, log: silentLogger, root, handlers });
  }

  async scan(): Promise<void> {
    await this.registry.scan();
    await this.registry.settled();
  }

  /** A driver with the two sockets of a usual manifest; what it is told. */
  async driver(t: TestContext, versions = ['1.0.0']) {
    const endpoint = join(this.root, 'plugins/d.sock');
    const told: RegistrationStatus[] = [];
    const server = new GrpcTestServer(async (stream, headers) => {
      const [body = Buffer.alloc(0)] = await Array.fromAsync(requests(stream));
      const path = headers[':path'];
      if (path === getInfo.path)
        return answer(stream, [
          getInfo.response.encode({ type: 'CSIPlugin', name: NAME, endpoint, supportedVersions: versions }),
        ]);
      if (path === nodeGetInfo.path) {
        const { maxVolumesPerNode } = this;
        const info = { nodeId: 'id-1', maxVolumesPerNode, accessibleTopology: undefined };
        return answer(stream, [nodeGetInfo.response.encode(info)]);
      }
      told.push(notifyRegistrationStatus.request.decode(body));
      return answer(stream, [notifyRegistrationStatus.response.encode({})]);
    });
    const registrar = new GrpcTestServer((stream, headers) => server.handler(stream, headers));
    await server.listen(endpoint);
    const socket = join(this.registry.directory, 'd-reg.sock');
    await registrar.listen(socket);
    t.after(() => Promise.all([server.close(), registrar.close()]));
    await this.scan();
    return { told, socket };
  }
}

async function sceneOf(t: TestContext): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'csi-'));
  const scene = new Scene(root);
  await scene.registry.start();
  t.after(async () => {
    scene.registry.stop();
    await rm(root, { recursive: true, force: true });
  });
  return scene;
}

test('a CSI driver that registers is known to the API and can be called, until its socket goes', async (t) => {
  const scene = await sceneOf(t);
  const { told, socket } = await scene.driver(t);
  assert.deepEqual(told, [{ pluginRegistered: true, error: '' }]);
  assert.equal(scene.installed.get(NAME)?.nodeId, 'id-1');
  assert.equal((await scene.drivers.get(NAME).call(nodeGetInfo, {})).nodeId, 'id-1');
  await rm(socket);
  await scene.scan();
  assert.equal(scene.installed.size, 0);
  assert.equal(scene.drivers.find(NAME), undefined);
});

test('a CSI driver of another version is told that it is not registered', async (t) => {
  const scene = await sceneOf(t);
  const { told } = await scene.driver(t, ['0.3.0']);
  assert.equal(told[0]?.pluginRegistered, false);
  assert.match(told[0]?.error ?? '', /None of the versions specified \["0\.3\.0"\] are supported/);
  assert.equal(scene.installed.size, 0);
});

test('how many volumes a node takes is asked as often as the CSIDriver says', async (t) => {
  const scene = await sceneOf(t);
  scene.nodeAllocatableUpdatePeriodSeconds = 10;
  await scene.driver(t);
  scene.maxVolumesPerNode = 9;
  await scene.clock.step(9000);
  assert.equal(scene.installed.get(NAME)?.maxVolumesPerNode, 3);
  const changed = new Promise<void>((resolve) => {
    const set = scene.installed.set.bind(scene.installed);
    scene.installed.set = (name, facts) => {
      resolve();
      return set(name, facts);
    };
  });
  await scene.clock.step(1000);
  await changed;
  assert.equal(scene.installed.get(NAME)?.maxVolumesPerNode, 9);
});
