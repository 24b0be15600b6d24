// Ends commands that have ended and do not know it. containerd's shim keeps the reading end of the pipe that was a command's standard
// input (seen with 1.6). When the command ends without having read all of it, nobody is told: containerd goes on writing into a full
// pipe, and the session waits for this for ever. Deleting the process at the shim closes the pipe; containerd then tells the command's
// exit code, which it knows. This is done only when containerd no longer reads the command's output: as long as it does, a process that
// the command left behind may still write. Called by runtime-service.ts, told of exits by events.ts.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Clock } from '../../../kit/clock.ts';
import type { Method } from '../../../kit/grpc/client.ts';
import { string } from '../../../kit/protobuf/codec.ts';
import { message } from '../../../kit/protobuf/message.ts';
import type { RuntimeChannel } from '../channel.ts';

interface ProcessName {
  readonly containerId: string;
  readonly execId: string;
}

interface ProcessPipes {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
}

const named = message<ProcessName>({ containerId: [1, string], execId: [2, string] });

const getProcess: Method<ProcessName, { process: ProcessPipes }> = {
  path: '/containerd.services.tasks.v1.Tasks/Get',
  request: named,
  response: message<{ process: ProcessPipes }>({
    process: [1, message<ProcessPipes>({ stdin: [5, string], stdout: [6, string], stderr: [7, string] })],
  }),
};

const deleteProcess: Method<ProcessName, object> = {
  path: '/containerd.services.tasks.v1.Tasks/DeleteProcess',
  request: named,
  response: message<object>({}),
};

/** Milliseconds after which an ended command is looked at; usually it is gone by then. Each further look waits twice as long. */
const FIRST_LOOK = 200;
const LAST_LOOK = 60_000;
/** Containers that had a command with input are remembered, the newest of them. */
const MOST_CONTAINERS = 1000;

export class StuckExecs {
  readonly #grpc: RuntimeChannel;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #isRead: (pipe: string) => Promise<boolean>;
  readonly #containers = new Set<string>();

  constructor(grpc: RuntimeChannel, clock: Pick<Clock, 'sleep'>, isRead = hasReader) {
    this.#grpc = grpc;
    this.#clock = clock;
    this.#isRead = isRead;
  }

  /** A command with standard input is about to run in the container. */
  expect(containerId: string): void {
    const [oldest] = this.#containers.size >= MOST_CONTAINERS ? this.#containers : [];
    if (oldest !== undefined) this.#containers.delete(oldest);
    this.#containers.add(containerId);
  }

  /** A process has ended: a command's, or with the container's own id its first. Never rejects. */
  async exited(containerId: string, execId: string): Promise<void> {
    if (execId === containerId) this.#containers.delete(containerId);
    if (!this.#containers.has(containerId)) return;
    const name = { containerId, execId };
    for (let wait = FIRST_LOOK; wait <= LAST_LOOK; wait *= 2) {
      await this.#clock.sleep(wait);
      try {
        if (await this.#isOver(name)) return;
      } catch {
        // Most often: containerd has deleted it.
        return;
      }
    }
  }

  async #isOver(name: ProcessName): Promise<boolean> {
    const { stdin, stdout, stderr } = (await this.#grpc.unary(getProcess, name)).process;
    if (stdin === '') return true;
    for (const pipe of [stdout, stderr]) if (pipe !== '' && (await this.#isRead(pipe))) return false;
    await this.#grpc.unary(deleteProcess, name);
    return true;
  }
}

/** Opening a named pipe for writing without waiting fails when nobody reads it. Rejects when it is gone. */
async function hasReader(pipe: string): Promise<boolean> {
  try {
    const writer = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    await writer.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false;
    throw error;
  }
}
