// The gRPC service of a DRA driver on a node: claims are prepared.
// From k8s.io/kubelet/pkg/apis/dra/v1 (v1beta1 has no share IDs).
import { string } from '../../kit/protobuf/codec.ts';
import { mapOf, message, repeated } from '../../kit/protobuf/message.ts';

export interface DraClaim {
  readonly namespace: string;
  readonly uid: string;
  readonly name: string;
}

/** A prepared device. Without requests it belongs to all of the claim. */
export interface PreparedDevice {
  readonly requestNames: string[];
  readonly poolName: string;
  readonly deviceName: string;
  readonly cdiDeviceIds: string[];
  readonly shareId: string;
}

export interface PrepareAnswer {
  readonly devices: PreparedDevice[];
  readonly error: string;
}

export interface UnprepareAnswer {
  readonly error: string;
}

const claims = message<{ claims: DraClaim[] }>({
  claims: [1, repeated(message<DraClaim>({ namespace: [1, string], uid: [2, string], name: [3, string] }))],
});
const device = message<PreparedDevice>({
  requestNames: [1, repeated(string)],
  poolName: [2, string],
  deviceName: [3, string],
  cdiDeviceIds: [4, repeated(string)],
  shareId: [5, string],
});
const prepared = message<{ claims: Record<string, PrepareAnswer> }>({
  claims: [1, mapOf(message<PrepareAnswer>({ devices: [1, repeated(device)], error: [2, string] }))],
});
const unprepared = message<{ claims: Record<string, UnprepareAnswer> }>({
  claims: [1, mapOf(message<UnprepareAnswer>({ error: [1, string] }))],
});

/** The services of drivers, the preferred one first, by the names under which drivers offer them. */
export const DRA_SERVICES: ReadonlyMap<string, string> = new Map([
  ['v1.DRAPlugin', '/k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin'],
  ['v1beta1.DRAPlugin', '/k8s.io.kubelet.pkg.apis.dra.v1beta1.DRAPlugin'],
]);

export const nodePrepareResources = (service: string) => ({
  path: `${service}/NodePrepareResources`,
  request: claims,
  response: prepared,
});
export const nodeUnprepareResources = (service: string) => ({
  path: `${service}/NodeUnprepareResources`,
  request: claims,
  response: unprepared,
});
