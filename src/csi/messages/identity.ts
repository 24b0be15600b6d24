// The Identity service: who a driver is and what it offers.
import type { Method } from '../../kit/grpc/client.ts';
import { bool, enumeration, string } from '../../kit/protobuf/codec.ts';
import { message, optional, repeated, stringMap, wrapper } from '../../kit/protobuf/message.ts';
import { type Empty, empty, type StringMap } from './volume.ts';

const SERVICE = '/csi.v1.Identity';

const SERVICES = [
  'UNKNOWN',
  'CONTROLLER_SERVICE',
  'VOLUME_ACCESSIBILITY_CONSTRAINTS',
  'GROUP_CONTROLLER_SERVICE',
  'SNAPSHOT_METADATA_SERVICE',
  'UNRECOGNIZED',
] as const;
const EXPANSIONS = ['UNKNOWN', 'ONLINE', 'OFFLINE', 'UNRECOGNIZED'] as const;

export interface PluginInfo {
  readonly name: string;
  readonly vendorVersion: string;
  readonly manifest: StringMap;
}

/** One of the two is set. */
export interface PluginCapability {
  readonly service: { readonly type: (typeof SERVICES)[number] } | undefined;
  readonly volumeExpansion: { readonly type: (typeof EXPANSIONS)[number] } | undefined;
}

const pluginCapability = message<PluginCapability>({
  service: [
    1,
    optional(message<{ type: (typeof SERVICES)[number] }>({ type: [1, enumeration(...SERVICES)] })),
  ],
  volumeExpansion: [
    2,
    optional(message<{ type: (typeof EXPANSIONS)[number] }>({ type: [1, enumeration(...EXPANSIONS)] })),
  ],
});

export const getPluginInfo: Method<Empty, PluginInfo> = {
  path: `${SERVICE}/GetPluginInfo`,
  request: empty,
  response: message({ name: [1, string], vendorVersion: [2, string], manifest: [3, stringMap] }),
};

export const getPluginCapabilities: Method<Empty, { readonly capabilities: readonly PluginCapability[] }> = {
  path: `${SERVICE}/GetPluginCapabilities`,
  request: empty,
  response: message({ capabilities: [1, repeated<PluginCapability>(pluginCapability)] }),
};

/** `ready` is undefined when the driver does not say: then it is. */
export const probe: Method<Empty, { readonly ready: boolean | undefined }> = {
  path: `${SERVICE}/Probe`,
  request: empty,
  response: message({ ready: [1, wrapper(bool)] }),
};
