// Runs exec and attach: over a WebSocket, and over SPDY where the server refuses that, as kubectl does. Called by the verbs
// exec, attach, cp and debug.
import type { Clock } from '../../kit/clock.ts';
import { ExitError } from '../errors/errors.ts';
import { runOverChannels, V5_CHANNEL } from './channels.ts';
import { RefusedUpgrade } from './refusal.ts';
import type { CommandStreams } from './session.ts';
import type { StreamTarget } from './target.ts';

export interface RemoteCommand {
  readonly target: StreamTarget;
  /** Such as /api/v1/namespaces/x/pods/y/exec. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly streams: CommandStreams;
  readonly signal?: AbortSignal | undefined;
  readonly clock: Pick<Clock, 'every' | 'monotonic'>;
  /** KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false: SPDY at once. */
  readonly webSockets?: boolean;
}

/** Resolves when the command succeeded; rejects with a CommandExit, with the server's refusal, or with what broke. */
export async function runRemoteCommand(command: RemoteCommand): Promise<void> {
  try {
    command.signal?.throwIfAborted();
    await (command.webSockets === false ? overSpdy(command) : overEither(command));
  } catch (error) {
    // Ended by the user: nothing is said.
    throw command.signal?.aborted ? new ExitError(1) : error;
  }
}

async function overEither(command: RemoteCommand): Promise<void> {
  const { dialWebSocket } = await import('./web-socket.ts');
  try {
    const socket = await dialWebSocket(command.target, command.path, command.query, V5_CHANNEL);
    const stop = () => socket.terminate();
    command.signal?.addEventListener('abort', stop, { once: true });
    try {
      await runOverChannels(socket, command.streams, command.clock);
    } finally {
      command.signal?.removeEventListener('abort', stop);
    }
  } catch (error) {
    if (!(error instanceof RefusedUpgrade)) throw error;
    await overSpdy(command);
  }
}

async function overSpdy({ target, path, query, streams, signal }: RemoteCommand): Promise<void> {
  const { dialSpdyAt } = await import('./spdy.ts');
  const { runOverSpdy, V4_CHANNEL } = await import('./spdy-command.ts');
  const connection = await dialSpdyAt(target, path, query, V4_CHANNEL).catch((error: unknown) => {
    throw error instanceof RefusedUpgrade && error.status ? error.status : error;
  });
  const stop = () => connection.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await runOverSpdy(connection, streams);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
