// A cluster with the snapshot API, a node that has a driver, and a claim `c` whose volume the driver knows as `h`; and both controllers of
// snapshots, which can be stopped and started, and killed in the middle of what they do.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { installSnapshotApi } from '../../cluster/control-plane/apis/snapshot-api.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { createLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aSnapshotClass } from '../../sim/objects/snapshots.ts';
import { aClaim, aVolume } from '../../sim/objects/storage.ts';
import { type RunningControllers, startControllers } from '../all.ts';
import { addNode, DRIVER } from '../csi/scene.fake.ts';
import { FakeSnapshots } from './snapshots.fake.ts';

const GROUPS = ['system:serviceaccounts', 'system:serviceaccounts:kube-system'];
const ACCOUNT = 'system:serviceaccount:kube-system:';

/** Where the process is killed: at which of its writes and calls of the driver, and before or after it is carried out. */
export interface Kill {
  at: number;
  readonly after: boolean;
}

export class Scene {
  readonly cluster: SimCluster;
  readonly driver: FakeSnapshots;
  #controllers: RunningControllers | undefined;
  #informers: InformerFactory | undefined;
  #life = { isDead: false };
  kill: Kill | undefined;
  /** What the controllers lacked the rights for. */
  readonly refusals: string[] = [];

  constructor(cluster: SimCluster, driver: FakeSnapshots) {
    this.cluster = cluster;
    this.driver = driver;
  }

  get wasKilled(): boolean {
    return this.#life.isDead;
  }

  async start(): Promise<void> {
    const { clock, random, metrics } = this.cluster;
    const life = { isDead: false };
    this.#life = life;
    const log = createLogger({
      level: 'warn',
      now: () => clock.now(),
      write: (line) => void (/ cannot \w+ resource /.test(line) && this.refusals.push(line)),
    });
    const client = this.cluster.clientOf('system:kube-controller-manager');
    const informers = new InformerFactory({ client, clock, random, log });
    this.#informers = informers;
    this.#controllers = startControllers({
      ...{ client, informers, clock, random, metrics, log },
      clientFor: (account) => {
        const transport = this.#mortal(life, this.cluster.transportOf(ACCOUNT + account, GROUPS));
        return new RestClient({ transport, clock });
      },
      discover: () => Promise.resolve({ kinds: [], stale: [] }),
      groupVersions: () => Promise.resolve([]),
      openApi: () => Promise.resolve(undefined),
      settings: { rootCa: '', csi: { callerOf: (node) => this.#mortalDriver(life, this.driver.on(node)) } },
      only: ['csi-snapshotter', 'volume-snapshot-controller'],
    });
    await this.#controllers.started;
    await this.cluster.settle();
  }

  async stop(): Promise<void> {
    const stopping = this.#controllers?.stop();
    await this.cluster.settle();
    await stopping;
    this.#informers?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    this.kill = undefined;
    await this.start();
  }

  snapshot = (name = 's') => this.cluster.client.get(VolumeSnapshot, name, 'default').catch(gone);
  content = (name: string) => this.cluster.client.get(VolumeSnapshotContent, name).catch(gone);
  claim = () => this.cluster.client.get(PersistentVolumeClaim, 'c', 'default');

  /** That of a snapshot of a claim. */
  async contentOf(name = 's') {
    const snapshot = await this.snapshot(name);
    return snapshot && this.content(`snapcontent-${snapshot.metadata.uid}`);
  }

  async delete(name = 's'): Promise<void> {
    await this.cluster.client.delete(VolumeSnapshot, name, 'default');
    await this.cluster.settle();
  }

  #mortal(life: { isDead: boolean }, transport: Transport): Transport {
    return {
      ...transport,
      request: (request) => {
        const counts = request.method !== 'GET' && !request.path.endsWith('/events');
        return this.#step(life, counts, () => transport.request(request));
      },
      watch: (request) => transport.watch(request),
    };
  }

  #mortalDriver(life: { isDead: boolean }, caller: CsiCaller): CsiCaller {
    return {
      unary: (method, request, options) =>
        this.#step(life, !method.path.endsWith('Capabilities'), () => caller.unary(method, request, options)),
    };
  }

  async #step<T>(life: { isDead: boolean }, counts: boolean, act: () => Promise<T>): Promise<T> {
    if (life.isDead) throw new Error('killed');
    const isLast = counts && this.kill !== undefined && this.kill.at-- === 0;
    if (!isLast) return act();
    life.isDead = true;
    if (this.kill?.after) await act();
    throw new Error('killed');
  }
}

export async function snapshotScene(
  t: { after(end: () => Promise<void>): void },
  driver = new FakeSnapshots(),
): Promise<Scene> {
  const cluster = await simCluster();
  const scene = new Scene(cluster, driver);
  t.after(async () => {
    await scene.stop();
    await cluster.stop();
    if (scene.refusals.length > 0) throw new Error(scene.refusals.join(''));
  });
  const { client } = cluster;
  await installSnapshotApi(client);
  await addNode(cluster, 'n1');
  await client.create(VolumeSnapshotClass, aSnapshotClass('fast', { driver: DRIVER }));
  await scene.start();
  await addBoundClaim(scene, 'c', 'h');
  return scene;
}

export async function addBoundClaim({ cluster }: Scene, name: string, handle: string): Promise<void> {
  const { client } = cluster;
  const { hostPath: _, ...spec } = aVolume(name).spec!;
  const claimRef = { namespace: 'default', name };
  const csi = { driver: DRIVER, volumeHandle: handle };
  await client.create(PersistentVolume, { ...aVolume(name), spec: { ...spec, csi, claimRef } });
  await client.create(PersistentVolumeClaim, aClaim(name, { volumeName: name }));
  const status = { status: { phase: 'Bound' } };
  await client.patch(PersistentVolumeClaim, name, 'default', 'merge', status, { subresource: 'status' });
  await cluster.settle();
}

function gone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
