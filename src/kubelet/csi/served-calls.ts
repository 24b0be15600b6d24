// The drivers of this node for the CSI controllers, which call them through the kubelet's server: decision 32.
import type { DriverCall, NodeDriver } from '../../csi/over-http.ts';
import { bytes } from '../../kit/protobuf/codec.ts';
import type { Message } from '../../kit/protobuf/message.ts';
import type { CsiDrivers } from './drivers.ts';

/** A message as it stands. */
const raw: Message<Buffer> = { ...bytes, encode: (value) => value, decode: (data) => data };

export interface ServedDrivers {
  list(): Promise<NodeDriver[]>;
  /** Undefined when there is no such driver. Throws GrpcError where it refuses. */
  call(call: DriverCall, message: Buffer, timeoutMs: number): Promise<Buffer> | undefined;
}

export const servedDrivers = (drivers: CsiDrivers): ServedDrivers => ({
  list: () =>
    Promise.all(
      drivers.list().map(async (driver) => ({
        name: driver.name,
        endpoint: driver.endpoint,
        hasController: await driver.hasController().catch(() => false),
      })),
    ),
  call: ({ driver, path }, message, timeoutMs) =>
    drivers.find(driver)?.call({ path, request: raw, response: raw }, message, timeoutMs),
});
