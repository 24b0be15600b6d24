// Attaches to a container that runs: in the terminal if it was started with one, until it ends or the detach keys are typed. Called
// by `attach`, `debug` and `run`.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Io } from '../../io/io.ts';
import { findContainer, findOrDefaultContainer } from '../../pods/containers.ts';
import type { Session } from '../../session/session.ts';
import { DEFAULT_DETACH_KEYS, detachKeyBytes, UntilDetached } from '../../streams/detach-keys.ts';
import { streamsOf, terminalFor } from '../../streams/tty.ts';
import { runInContainer } from '../exec/in-container.ts';

export interface Attaching {
  readonly session: Session;
  readonly io: Io;
  readonly pod: Readonly<Pod>;
  /** Empty: the pod's default. */
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly detachKeys?: string;
  /** Such as `kubectl attach`, for the words on how to come back. */
  readonly commandName: string;
}

const RECORDED =
  'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n' +
  "If you don't see a command prompt, try pressing enter.\n";

export async function attachTo(attaching: Attaching): Promise<void> {
  const { session, io, pod, stdin, quiet } = attaching;
  const warn = quiet ? () => {} : io.err;
  const container = attachedContainer(attaching, warn);
  if (attaching.tty && !container.tty)
    warn(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  const terminal = terminalFor(io, { stdin, tty: container.tty ?? false, quiet });
  const size = terminal?.size();
  // A change of size makes the program in the container draw its screen anew.
  const sizes = size ? [{ width: size.width + 1, height: size.height + 1 }, size] : [];
  const streams = streamsOf(io, stdin, terminal, sizes);
  const keys = terminal && detachKeyBytes(attaching.detachKeys || DEFAULT_DETACH_KEYS);
  const typed = keys && streams.stdin?.pipe(new UntilDetached(keys));
  warn(RECORDED);
  try {
    await runInContainer({
      session,
      io,
      subresource: 'attach',
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name ?? '',
      container: container.name,
      streams: typed ? { ...streams, stdin: typed } : streams,
      terminal,
    });
  } finally {
    if (typed) io.stdin.unpipe(typed);
    if (stdin) io.stdin.pause();
  }
  if (!quiet && terminal) io.out(`${resumeText(attaching, container.name)}\n`);
}

function attachedContainer({ pod, container }: Attaching, warn: (text: string) => void) {
  try {
    return findOrDefaultContainer(pod, container, warn);
  } catch (cause) {
    throw new Error(`cannot attach to the container: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

function resumeText({ pod, commandName }: Attaching, container: string): string {
  const { name, namespace } = pod.metadata;
  const command = `'${commandName} ${name} -c ${container} -n ${namespace} -i -t'`;
  return findContainer(pod, container)?.list === 'spec.ephemeralContainers'
    ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${command} if it is still running`
    : `Session ended, resume using ${command} command`;
}
