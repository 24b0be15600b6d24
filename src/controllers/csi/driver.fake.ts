// A CSI driver in memory that keeps count of its volumes, and a way to make its calls fail before or after they are carried out: for tests
// of the CSI controllers. Calls are repeatable, as the specification has it.
import { type CsiCaller, inProcess, served } from '../../csi/caller.ts';
import {
  type ControllerCapability,
  type CreateVolumeRequest,
  controllerExpandVolume,
  controllerGetCapabilities,
  controllerModifyVolume,
  controllerPublishVolume,
  controllerUnpublishVolume,
  createVolume,
  deleteVolume,
  getCapacity,
} from '../../csi/messages/controller.ts';
import { getPluginCapabilities } from '../../csi/messages/identity.ts';
import type { StringMap } from '../../csi/messages/volume.ts';
import { type GrpcCode, GrpcError } from '../../kit/grpc/status.ts';

export interface FakeVolume {
  readonly id: string;
  bytes: number;
  readonly request: CreateVolumeRequest;
  readonly segments: StringMap | undefined;
  readonly publishedTo: Set<string>;
  attributes: StringMap;
}

export interface Fault {
  /** The last part of the method's path. */
  readonly method: string;
  readonly code: GrpcCode;
  /** After the call has been carried out; before it when left out. */
  readonly after?: boolean;
  /** How often; once when left out. */
  times?: number;
}

export interface FakeDriverOptions {
  readonly capabilities?: readonly ControllerCapability[];
  /** Volumes are reached from the part of the topology that is preferred first. */
  readonly hasTopology?: boolean;
  /** The plug-in says that volumes can be expanded. */
  readonly expands?: boolean;
  /** Bytes in each part. */
  readonly capacity?: number;
}

const ALL: readonly ControllerCapability[] = [
  'CREATE_DELETE_VOLUME',
  'PUBLISH_UNPUBLISH_VOLUME',
  'CREATE_DELETE_SNAPSHOT',
  'CLONE_VOLUME',
  'EXPAND_VOLUME',
  'MODIFY_VOLUME',
  'GET_CAPACITY',
];

export class FakeDriver {
  /** By name. */
  readonly volumes = new Map<string, FakeVolume>();
  readonly faults: Fault[] = [];
  /** NODE METHOD, in order, those that fail included. */
  readonly calls: string[] = [];
  readonly requests: unknown[] = [];
  /** Runs in the middle of every call, when set. */
  meanwhile: ((method: string) => Promise<void>) | undefined;
  nodeExpansion = true;
  capacity: number;
  readonly #caller: CsiCaller;

  constructor({
    capabilities = ALL,
    hasTopology = false,
    expands = false,
    capacity = 2 ** 40,
  }: FakeDriverOptions = {}) {
    this.capacity = capacity;
    const services = [
      'CONTROLLER_SERVICE' as const,
      ...(hasTopology ? ['VOLUME_ACCESSIBILITY_CONSTRAINTS' as const] : []),
    ];
    this.#caller = inProcess([
      served(getPluginCapabilities, async () => ({
        capabilities: [
          ...services.map((type) => ({ service: { type }, volumeExpansion: undefined })),
          ...(expands ? [{ service: undefined, volumeExpansion: { type: 'ONLINE' as const } }] : []),
        ],
      })),
      served(controllerGetCapabilities, async () => ({
        capabilities: capabilities.map((type) => ({ rpc: { type } })),
      })),
      served(createVolume, async (request) => ({ volume: this.#create(request, hasTopology) })),
      served(deleteVolume, async ({ volumeId }) => {
        for (const [name, { id }] of this.volumes) if (id === volumeId) this.volumes.delete(name);
        return {};
      }),
      served(controllerPublishVolume, async ({ volumeId, nodeId }) => {
        this.#volume(volumeId).publishedTo.add(nodeId);
        return { publishContext: { device: `/dev/${volumeId}` } };
      }),
      served(controllerUnpublishVolume, async ({ volumeId, nodeId }) => {
        this.byId(volumeId)?.publishedTo.delete(nodeId);
        return {};
      }),
      served(controllerExpandVolume, async ({ volumeId, capacityRange }) => {
        const volume = this.#volume(volumeId);
        volume.bytes = Math.max(volume.bytes, capacityRange?.requiredBytes ?? 0);
        return { capacityBytes: volume.bytes, nodeExpansionRequired: this.nodeExpansion };
      }),
      served(controllerModifyVolume, async ({ volumeId, mutableParameters }) => {
        this.#volume(volumeId).attributes = mutableParameters;
        return {};
      }),
      served(getCapacity, async () => ({
        availableCapacity: this.capacity,
        maximumVolumeSize: this.capacity,
        minimumVolumeSize: undefined,
      })),
    ]);
  }

  /** A volume of 1Gi that somebody else has made. */
  add(id: string): FakeVolume {
    const volume: FakeVolume = {
      ...{ id, bytes: 2 ** 30, request: createVolume.request.decode(Buffer.alloc(0)), segments: undefined },
      ...{ publishedTo: new Set(), attributes: {} },
    };
    this.volumes.set(id, volume);
    return volume;
  }

  /** The driver as a node serves it. */
  on(node: string): CsiCaller {
    return {
      unary: async (method, request, options) => {
        const name = method.path.slice(method.path.lastIndexOf('/') + 1);
        this.calls.push(`${node} ${name}`);
        this.requests.push(request);
        this.#fail(name, false);
        const answer = await this.#caller.unary(method, request, options);
        await this.meanwhile?.(name);
        this.#fail(name, true);
        return answer;
      },
    };
  }

  byId(id: string): FakeVolume | undefined {
    return [...this.volumes.values()].find((volume) => volume.id === id);
  }

  #create(request: CreateVolumeRequest, hasTopology: boolean) {
    const segments = hasTopology ? request.accessibilityRequirements?.preferred[0]?.segments : undefined;
    let volume = this.volumes.get(request.name);
    if (!volume) {
      const bytes = request.capacityRange?.requiredBytes ?? 0;
      const id = `id-${request.name}`;
      const attributes = request.mutableParameters;
      volume = { id, bytes, request, segments, publishedTo: new Set(), attributes };
      this.volumes.set(request.name, volume);
    }
    return {
      capacityBytes: volume.bytes,
      volumeId: volume.id,
      volumeContext: { made: 'by the driver' },
      contentSource: request.volumeContentSource,
      accessibleTopology: volume.segments ? [{ segments: volume.segments }] : [],
    };
  }

  #volume(id: string): FakeVolume {
    const volume = this.byId(id);
    if (!volume) throw new GrpcError('notFound', `there is no volume ${id}`);
    return volume;
  }

  #fail(method: string, after: boolean): void {
    const fault = this.faults.find((one) => one.method === method && (one.after ?? false) === after);
    if (!fault) return;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) this.faults.splice(this.faults.indexOf(fault), 1);
    throw new GrpcError(fault.code, `${method} failed ${after ? 'after' : 'before'} it was carried out`);
  }
}
