// How a plugin registers: the gRPC service that it offers at its socket. From k8s.io/kubelet/pkg/apis/pluginregistration/v1.
import type { Method } from '../../kit/grpc/client.ts';
import { bool, string } from '../../kit/protobuf/codec.ts';
import { message, repeated } from '../../kit/protobuf/message.ts';

export interface PluginInfo {
  /** CSIPlugin, DRAPlugin… */
  readonly type: string;
  readonly name: string;
  /** Of the plugin's own service; '' for the socket of the registration. */
  readonly endpoint: string;
  readonly supportedVersions: string[];
}

export interface RegistrationStatus {
  readonly pluginRegistered: boolean;
  readonly error: string;
}

type Empty = Readonly<Record<never, never>>;

const SERVICE = '/pluginregistration.Registration';
const empty = message<Empty>({});

export const getInfo: Method<Empty, PluginInfo> = {
  path: `${SERVICE}/GetInfo`,
  request: empty,
  response: message({
    type: [1, string],
    name: [2, string],
    endpoint: [3, string],
    supportedVersions: [4, repeated(string)],
  }),
};

export const notifyRegistrationStatus: Method<RegistrationStatus, Empty> = {
  path: `${SERVICE}/NotifyRegistrationStatus`,
  request: message({ pluginRegistered: [1, bool], error: [2, string] }),
  response: empty,
};
