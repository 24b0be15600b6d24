// Runs a command in a container, or attaches to what runs there: the request's parameters, and the session in the terminal.
// Called by exec, attach, cp and debug.

import type { Io, Terminal } from '../../io/io.ts';
import { podPath } from '../../pods/first-pod.ts';
import type { Session } from '../../session/session.ts';
import { runRemoteCommand } from '../../streams/remote-command.ts';
import type { CommandStreams } from '../../streams/session.ts';
import { inRawMode } from '../../streams/terminal.ts';

export interface InContainer {
  readonly session: Session;
  readonly io: Io;
  readonly subresource: 'exec' | 'attach';
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Of exec only. */
  readonly command?: readonly string[];
  readonly streams: CommandStreams;
  /** Raw during the session. */
  readonly terminal?: Terminal | undefined;
}

/** Resolves when the command succeeded; rejects with a CommandExit when it ended with another code than 0. */
export async function runInContainer(run: InContainer): Promise<void> {
  const { session, io, streams, terminal } = run;
  const target = await session.streamTarget();
  const call = () =>
    runRemoteCommand({
      target,
      path: podPath(run.namespace, run.pod, run.subresource),
      query: queryOf(run),
      streams,
      signal: io.signal,
      clock: io.clock,
      webSockets: io.env.KUBECTL_REMOTE_COMMAND_WEBSOCKETS !== 'false',
    });
  await (terminal ? inRawMode(terminal, call) : call());
}

function queryOf({ container, command = [], streams, terminal }: InContainer): URLSearchParams {
  const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
  query.append('container', container);
  for (const name of ['stderr', 'stdin', 'stdout'] as const) if (streams[name]) query.append(name, 'true');
  if (terminal) query.append('tty', 'true');
  return query;
}
