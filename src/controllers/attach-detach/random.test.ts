import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { attachmentNameOf, volumeNameOf } from '../../api/volumes/attachment.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { csiCluster, DRIVER } from '../csi/scene.fake.ts';
import { addPod, addVolume, attachedTo, attachments, CONTROLLER, manage } from './scenario.fake.ts';

const NODES = ['n1', 'n2', 'n3'];
const VOLUME = { driver: DRIVER, handle: 'handle-v' };
const SEEDS = 3;
const STEPS = 40;
const controllers = [CONTROLLER, 'csi-attacher'];

/** Pods of one volume come and go on three nodes, while calls of the driver fail and controllers start again. */
class Walk {
  readonly #seed: number;
  readonly #float: () => number;
  readonly #clock = new SteppedClock();
  readonly #store = openMemoryStore({ clock: this.#clock });
  readonly #driver = new FakeDriver();
  /** Names of nodes. */
  readonly mounted = new Set<string>();
  cluster!: SimCluster;

  constructor(seed: number) {
    this.#seed = seed;
    const random = seededRandom(seed);
    this.#float = () => random.float();
    const volume = {
      id: VOLUME.handle,
      bytes: 1,
      segments: undefined,
      attributes: {},
      publishedTo: this.published,
    };
    this.#driver.volumes.set('v', { ...volume, request: {} as never });
    this.#driver.meanwhile = async (method) => this.#check(method);
  }

  /** IDs of nodes. */
  readonly published = new Set<string>();

  async start(on: readonly string[] = []): Promise<void> {
    const apiServer = { store: this.#store };
    const driver = this.#driver;
    this.cluster = await csiCluster({
      driver,
      on,
      controllers,
      clock: this.#clock,
      apiServer,
      seed: this.#seed,
    });
  }

  async act(serial: number): Promise<void> {
    const pods = (await this.#pods()).filter((pod) => !isBeingDeleted(pod));
    switch (this.#below(6)) {
      case 0:
      case 1:
        if (pods.length < 4) await addPod(this.cluster, `p${serial}`, NODES[this.#below(NODES.length)]!);
        break;
      case 2:
        if (pods.length > 0) await this.remove(pods[this.#below(pods.length)]!);
        break;
      case 3:
      case 4:
        this.#disturb();
        break;
      default:
        await this.cluster.stop();
        await this.start();
    }
    if (this.#below(3) > 0) await this.sync();
    await this.cluster.step(this.#below(3) * 1_000);
  }

  /** What the kubelets do: they say that they use the volume before they look whether it is attached. */
  async sync(): Promise<void> {
    const { client } = this.cluster;
    const pods = await this.#pods();
    for (const node of NODES) {
      const own = pods.filter(({ spec }) => spec?.nodeName === node);
      const isNeeded = own.some((pod) => !isBeingDeleted(pod));
      if (!isNeeded) this.mounted.delete(node);
      const status = { volumesInUse: isNeeded ? [volumeNameOf(VOLUME)] : [] };
      const told = await client.patch(Node, node, undefined, 'merge', { status }, { subresource: 'status' });
      if (isNeeded && told.status?.volumesAttached?.length && (await this.#isAttached(node)))
        this.mounted.add(node);
      for (const pod of own.filter(isBeingDeleted))
        await client.delete(Pod, nameOf(pod), 'default', { gracePeriodSeconds: 0 });
    }
  }

  async remove(pod: Pod): Promise<void> {
    await this.cluster.client.delete(Pod, nameOf(pod), 'default', { gracePeriodSeconds: 30 });
  }

  async #pods(): Promise<Pod[]> {
    return (await this.cluster.client.list(Pod, { namespace: 'default' })).items;
  }

  /** All pods go, and everything comes to rest. */
  async end(): Promise<void> {
    for (const pod of await this.#pods()) await this.remove(pod).catch(() => {});
    await this.sync();
    await this.rest();
  }

  /** Longer than any back-off that so few failures lead to. */
  async rest(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      await this.cluster.step(10_000);
      await this.sync();
    }
  }

  #below = (n: number): number => Math.floor(this.#float() * n);

  /** After either, nobody knows whether the call was carried out. */
  #disturb(): void {
    const method = this.#below(2) ? 'ControllerPublishVolume' : 'ControllerUnpublishVolume';
    const after = this.#below(2) === 1;
    this.#driver.faults.push({ method, code: after ? 'deadlineExceeded' : 'unavailable', after });
  }

  async #isAttached(node: string): Promise<boolean> {
    const name = attachmentNameOf(VOLUME, node);
    const found = await this.cluster.client.get(VolumeAttachment, name).catch(() => undefined);
    return found !== undefined && !isBeingDeleted(found) && found.status?.attached === true;
  }

  #check(method: string): void {
    if (!method.endsWith('publishVolume') && !method.endsWith('PublishVolume')) return;
    const where = `seed ${this.#seed}, ${method}`;
    if (this.published.size > 1) violations.push(`${where}: published to ${[...this.published]}`);
    for (const node of this.mounted)
      if (!this.published.has(`id-${node}`)) violations.push(`${where}: ${node} lost what it has mounted`);
  }
}

/** What a driver's call throws is reported to the caller, as a driver's error. */
const violations: string[] = [];

test('whatever fails, a volume is at one node only, stays while it is mounted, and follows the pods at last', async () => {
  let mounts = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const walk = new Walk(seed);
    await walk.start(NODES);
    for (const node of NODES) await manage(walk.cluster, node);
    await addVolume(walk.cluster, 'v');
    for (let step = 0; step < STEPS; step++) {
      await walk.act(step);
      mounts += walk.mounted.size;
      assert.deepEqual(violations, []);
    }
    await walk.end();
    const lists = await Promise.all(NODES.map((node) => attachedTo(walk.cluster, node)));
    assert.deepEqual(
      [await attachments(walk.cluster), lists, [...walk.published]],
      ['', [[], [], []], []],
      `seed ${seed}`,
    );
    await addPod(walk.cluster, 'last', 'n3');
    await walk.rest();
    assert.deepEqual([...walk.mounted], ['n3'], `seed ${seed}`);
    await walk.cluster.stop();
  }
  assert.ok(mounts > SEEDS, 'the volume was mounted now and then');
});
