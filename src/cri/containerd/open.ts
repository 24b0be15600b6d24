// Opens a containerd's socket (at the first call) as a ContainerRuntime. Called by cluster for each node.
import { type Clock, systemClock } from '../../kit/clock.ts';
import type { ContainerRuntime } from '../runtime.ts';
import { openChannel } from './channel.ts';
import { imageService } from './services/image-service.ts';
import { runtimeService } from './services/runtime-service.ts';

export interface OpenOptions {
  /** Path of containerd's unix socket. */
  socket: string;
  clock?: Clock;
}

export function openContainerd({ socket, clock = systemClock }: OpenOptions): ContainerRuntime {
  const grpc = openChannel(socket, clock);
  return { ...runtimeService(grpc, clock), ...imageService(grpc, clock), close: () => grpc.close() };
}
