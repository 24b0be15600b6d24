// A CSI driver in memory that takes snapshots, and a way to make its calls fail before or after they are carried out: for tests of the
// controllers of snapshots. Calls are repeatable, as the specification has it.
import { type CsiCaller, inProcess, served } from '../../csi/caller.ts';
import { type ControllerCapability, controllerGetCapabilities } from '../../csi/messages/controller.ts';
import { getPluginCapabilities } from '../../csi/messages/identity.ts';
import {
  type CreateSnapshotRequest,
  createSnapshot,
  deleteSnapshot,
  listSnapshots,
} from '../../csi/messages/snapshots.ts';
import { type GrpcCode, GrpcError } from '../../kit/grpc/status.ts';

export interface FakeSnapshot {
  readonly id: string;
  readonly request: CreateSnapshotRequest;
}

export interface Fault {
  /** The last part of the method's path. */
  readonly method: string;
  readonly code: GrpcCode;
  readonly after?: boolean;
}

const ALL: readonly ControllerCapability[] = ['CREATE_DELETE_SNAPSHOT', 'LIST_SNAPSHOTS'];

export class FakeSnapshots {
  /** By name. */
  readonly taken = new Map<string, FakeSnapshot>();
  readonly faults: Fault[] = [];
  /** NODE METHOD, those that fail included; of methods that do something. */
  readonly calls: string[] = [];
  readonly requests: unknown[] = [];
  readyToUse = true;
  sizeBytes = 2 ** 30;
  readonly #caller: CsiCaller;

  constructor(capabilities = ALL) {
    this.#caller = inProcess([
      served(getPluginCapabilities, async () => ({
        capabilities: [{ service: { type: 'CONTROLLER_SERVICE' as const }, volumeExpansion: undefined }],
      })),
      served(controllerGetCapabilities, async () => ({
        capabilities: capabilities.map((type) => ({ rpc: { type } })),
      })),
      served(createSnapshot, async (request) => {
        const known = this.taken.get(request.name) ?? { id: `id-${request.name}`, request };
        this.taken.set(request.name, known);
        return { snapshot: this.#seen(known) };
      }),
      served(deleteSnapshot, async ({ snapshotId }) => {
        for (const [name, { id }] of this.taken) if (id === snapshotId) this.taken.delete(name);
        return {};
      }),
      served(listSnapshots, async ({ snapshotId }) => {
        const found = [...this.taken.values()].filter(({ id }) => id === snapshotId);
        return { entries: found.map((one) => ({ snapshot: this.#seen(one) })), nextToken: '' };
      }),
    ]);
  }

  /** The driver as a node serves it. */
  on(node: string): CsiCaller {
    return {
      unary: async (method, request, options) => {
        const name = method.path.slice(method.path.lastIndexOf('/') + 1);
        if (name.endsWith('Capabilities')) return this.#caller.unary(method, request, options);
        this.calls.push(`${node} ${name}`);
        this.requests.push(request);
        this.#fail(name, false);
        const answer = await this.#caller.unary(method, request, options);
        this.#fail(name, true);
        return answer;
      },
    };
  }

  #seen({ id, request }: FakeSnapshot) {
    return {
      snapshotId: id,
      sourceVolumeId: request.sourceVolumeId,
      sizeBytes: this.sizeBytes,
      creationTime: { seconds: 1_000_000_000, nanos: 5 },
      readyToUse: this.readyToUse,
      groupSnapshotId: '',
    };
  }

  #fail(method: string, after: boolean): void {
    const index = this.faults.findIndex((one) => one.method === method && (one.after ?? false) === after);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault) throw new GrpcError(fault.code, `${method} failed`);
  }
}
