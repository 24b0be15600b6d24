// A node for tests of CSI volumes: files in memory, an API of the objects that a test gives, a driver of the process, and the volumes.
import { createHash } from 'node:crypto';
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { CSIDriver, CSIDriverSpec } from '../../../api/kinds/storage/v1/csi-driver.ts';
import type { VolumeAttachment } from '../../../api/kinds/storage/v1/volume-attachment.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { attachmentNameOf } from '../../../api/volumes/attachment.ts';
import type { Client } from '../../../client/client.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { silentLogger } from '../../../kit/log.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume } from '../../../sim/objects/storage.ts';
import { CsiMetrics } from '../../csi/csi-metrics.ts';
import { ScriptedDriver } from '../../csi/driver.fake.ts';
import { CsiDrivers } from '../../csi/drivers.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { VolumesInUse } from '../../node/volumes-in-use.ts';
import type { Pod } from '../../pod.ts';
import { VolumePending } from '../pending.ts';
import type { VolumePlugin, VolumeRequest } from '../plugin.ts';
import { csiPlugin } from './csi-plugin.ts';
import type { CsiEnvironment } from './environment.ts';
import { CsiPaths } from './paths.ts';

export const DRIVER = 'd.example.com';
export const HANDLE = 'h-1';
const NODE = 'node1';

export class CsiScene {
  readonly clock = new SteppedClock();
  readonly files = new MemoryFiles();
  readonly driver = new ScriptedDriver(DRIVER);
  readonly metrics = new CsiMetrics();
  readonly drivers: CsiDrivers;
  readonly inUse = new VolumesInUse();
  /** Of the handle, as directories are named. */
  readonly hash = createHash('sha256').update(HANDLE).digest('hex');
  /** By kind and name. */
  readonly objects = new Map<string, KubeObject>();
  csiDriver: CSIDriver | undefined = aDriver({ attachRequired: false });
  /** As `REASON MESSAGE`. */
  readonly events: string[] = [];
  /** Feature gates that are on. */
  readonly gates = new Set<string>();
  readonly patches: unknown[] = [];
  /** Drivers that were asked how many volumes the node takes. */
  readonly updated: string[] = [];
  /** Uids of pods whose workers were woken. */
  readonly woken: string[] = [];
  plugin: ReturnType<typeof csiPlugin>;

  constructor() {
    this.drivers = new CsiDrivers([], this.clock, this.metrics);
    this.drivers.add(DRIVER, '/csi.sock', this.driver.caller);
    this.plugin = this.#plugin();
  }

  /** Another kubelet over the same files. */
  restart(): void {
    this.plugin.stop();
    this.plugin = this.#plugin();
  }

  put(kind: string, object: KubeObject): void {
    this.objects.set(`${kind}/${object.metadata.name}`, object);
  }

  /** A pod with one volume of the driver, behind a claim. */
  request(pod: Pod = aPodOf(1), spec: Partial<PersistentVolumeSpec> = {}, readOnly = false): VolumeRequest {
    const persistentVolume = this.volume(spec);
    return { pod, spec: { volume: { ...claimVolume('c', 'data') }, persistentVolume, readOnly } };
  }

  volume(spec: Partial<PersistentVolumeSpec> = {}): PersistentVolume {
    const volume = aVolume('pv', {
      ...{ csi: { driver: DRIVER, volumeHandle: HANDLE }, hostPath: undefined as never },
      claimRef: { namespace: 'default', name: 'c', uid: 'u' },
      ...spec,
    });
    this.put('PersistentVolume', volume);
    if (!this.objects.has('PersistentVolumeClaim/c')) this.putClaim({ capacity: { storage: '1Gi' } });
    return volume;
  }

  putClaim(status: PersistentVolumeClaim['status'], claim: PersistentVolumeClaim = aClaim('c')): void {
    this.put('PersistentVolumeClaim', { ...claim, status } as KubeObject);
  }

  /** What controller and attacher do. */
  attach(
    attachmentMetadata: Record<string, string> = {},
    attached = true,
    attachError?: { errorCode: number },
  ): void {
    const name = `kubernetes.io/csi/${DRIVER}^${HANDLE}`;
    const node = { metadata: { name: NODE }, status: { volumesAttached: [{ name, devicePath: '' }] } };
    this.put('Node', node as Node);
    const attachment = attachmentNameOf({ driver: DRIVER, handle: HANDLE }, NODE);
    const spec = { attacher: DRIVER, nodeName: NODE, source: { persistentVolumeName: 'pv' } };
    this.put('VolumeAttachment', {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: attachment }, spec },
      status: { attached, attachmentMetadata, ...(attachError && { attachError }) },
    } as VolumeAttachment);
  }

  /** The volume, or undefined while it is pending. */
  async setUp(request: VolumeRequest): Promise<Awaited<ReturnType<VolumePlugin['setUp']>> | undefined> {
    return pendingAsUndefined(this.plugin.setUp(request));
  }

  /** Until the volume is there. */
  async mounted(request: VolumeRequest, stepMs = 500) {
    for (let round = 0; round < 40; round++) {
      const volume = await this.setUp(request);
      if (volume) return volume;
      await this.clock.step(round === 0 ? 0 : stepMs);
    }
    throw new Error(`not mounted; ${this.events.join('; ')}`);
  }

  /** Whether the pod has nothing of it any more. */
  async tornDown(uid: string, name = 'pv'): Promise<boolean> {
    const done = this.plugin.tearDown(uid, name).then(
      () => true,
      (error) => (error instanceof VolumePending ? false : Promise.reject(error)),
    );
    await this.clock.step(0);
    return done;
  }

  list(path: string): Promise<string[]> {
    return this.files.list(nodePath(path));
  }

  #plugin() {
    const client = {
      get: async ({ resource }: { resource: { kind: string } }, name: string) => {
        const found = this.objects.get(`${resource.kind}/${name}`);
        if (!found) throw new Error(`${resource.kind} "${name}" not found`);
        return structuredClone(found) as never;
      },
      patch: async (_kind: unknown, _name: string, _namespace: unknown, _type: string, patch: unknown) => {
        this.patches.push(patch);
        return {} as never;
      },
    } as Pick<Client, 'get' | 'patch'>;
    const environment: CsiEnvironment = {
      ...{ client, clock: this.clock, log: silentLogger, files: this.files, drivers: this.drivers },
      ...{ nodeName: NODE, inUse: this.inUse, metrics: this.metrics },
      updateNode: async (driver) => void this.updated.push(driver),
      paths: new CsiPaths('/root'),
      csiDriver: async () => this.csiDriver,
      tokens: {
        issued: async (_pod, { audience = '' }) => ({
          token: `token-${audience}`,
          expirationTimestamp: '2030-01-01T00:00:00Z',
        }),
      },
      recorder: {
        record: (_object, _type, reason, message) => void this.events.push(`${reason} ${message}`),
        flushed: async () => {},
      },
      isOn: (gate) => this.gates.has(gate),
      onChange: (uid) => void this.woken.push(uid),
    };
    return csiPlugin(environment);
  }
}

async function pendingAsUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof VolumePending) return undefined;
    throw error;
  }
}

export const uidOf = (n: number): string => `0000000${n}-89ab-cdef-0123-456789abcdef`;

export const aPodOf = (n: number, spec: Parameters<typeof aBoundPod>[1] = {}): Pod =>
  aBoundPod(`p${n}`, { serviceAccountName: 'robot', ...spec }, { uid: uidOf(n) });

export const aDriver = (spec: CSIDriverSpec): CSIDriver => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: DRIVER },
  spec: { attachRequired: true, volumeLifecycleModes: ['Persistent'], ...spec },
});
