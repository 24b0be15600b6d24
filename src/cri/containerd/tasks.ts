// Processes of containers as containerd knows them: the id of a container's first process, and signals to it that reach no other
// process, whoever has its id by then. Used by `tiphys dev`.
import type { Method } from '../../kit/grpc/client.ts';
import { string, uint32 } from '../../kit/protobuf/codec.ts';
import { message } from '../../kit/protobuf/message.ts';
import type { RuntimeChannel } from './channel.ts';

const path = (name: string) => `/containerd.services.tasks.v1.Tasks/${name}`;

const getTask: Method<{ containerId: string }, { process: { pid: number } }> = {
  path: path('Get'),
  request: message<{ containerId: string }>({ containerId: [1, string] }),
  response: message<{ process: { pid: number } }>({
    process: [1, message<{ pid: number }>({ pid: [3, uint32] })],
  }),
};

const killTask: Method<{ containerId: string; signal: number }, object> = {
  path: path('Kill'),
  request: message<{ containerId: string; signal: number }>({
    containerId: [1, string],
    signal: [3, uint32],
  }),
  response: message<object>({}),
};

/** Rejects with `notFound` when the container does not run. */
export const taskPid = async (grpc: RuntimeChannel, containerId: string): Promise<number> =>
  (await grpc.unary(getTask, { containerId })).process.pid;

export const signalTask = (grpc: RuntimeChannel, containerId: string, signal: number): Promise<object> =>
  grpc.unary(killTask, { containerId, signal });
