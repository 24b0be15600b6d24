// The two gRPC services of a DRA driver on a node: registration, and the preparation of claims.
// From k8s.io/kubelet/pkg/apis/pluginregistration/v1 and k8s.io/kubelet/pkg/apis/dra/v1 (v1beta1 has no share IDs).
import type { Method } from '../../kit/grpc/client.ts';
import { bool, string } from '../../kit/protobuf/codec.ts';
import { mapOf, message, repeated } from '../../kit/protobuf/message.ts';

export interface PluginInfo {
  readonly type: string;
  readonly name: string;
  readonly endpoint: string;
  readonly supportedVersions: string[];
}

export interface RegistrationStatus {
  readonly pluginRegistered: boolean;
  readonly error: string;
}

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

type Empty = Readonly<Record<never, never>>;

const empty = message<Empty>({});
const info = message<PluginInfo>({
  type: [1, string],
  name: [2, string],
  endpoint: [3, string],
  supportedVersions: [4, repeated(string)],
});
const registrationStatus = message<RegistrationStatus>({ pluginRegistered: [1, bool], error: [2, string] });
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

const REGISTRATION = '/pluginregistration.Registration';

export const getInfo: Method<Empty, PluginInfo> = {
  path: `${REGISTRATION}/GetInfo`,
  request: empty,
  response: info,
};
export const notifyRegistrationStatus: Method<RegistrationStatus, Empty> = {
  path: `${REGISTRATION}/NotifyRegistrationStatus`,
  request: registrationStatus,
  response: empty,
};

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
