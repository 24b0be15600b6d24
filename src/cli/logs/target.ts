// Which pods `tiphys logs TYPE/NAME` means, and the connection that asks. Called by commands/workloads/logs.ts.
import { type GlobalFlags, globalFlags } from '../../kubectl/command/global-flags.ts';
import type { Io } from '../../kubectl/io/io.ts';
import { processIo } from '../../kubectl/io/process-io.ts';
import { asSelecting, isPod } from '../../kubectl/pods/pod-for.ts';
import { selectorOf } from '../../kubectl/pods/selector-of.ts';
import { findResources } from '../../kubectl/resources/find-resources.ts';
import type { KubeObject } from '../../kubectl/resources/object.ts';
import { OpenSession } from '../../kubectl/session/open-session.ts';
import { machineKubeconfig } from '../kubectl/machine-kubeconfig.ts';
import { wantsColour } from './paint.ts';
import { showLogs } from './run.ts';

export interface LogsChoices {
  readonly name: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tail: number;
  readonly since: number;
}

/** The exit code. */
export async function runLogs(target: string, choices: LogsChoices): Promise<number> {
  const kubeconfig = choices.kubeconfig ?? machineKubeconfig(choices.name);
  const io = processIo({ env: { ...process.env, KUBECONFIG: kubeconfig } });
  const session = new OpenSession({
    flags: flagsWith(choices.namespace ?? ''),
    io,
    userAgent: 'tiphys-logs',
    commandPath: 'tiphys logs',
  });
  try {
    await show(session, io, target, choices);
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    const { errorText } = await import('../../kubectl/errors/text.ts');
    const { text, code } = errorText(error);
    io.err(`${text}\n`);
    return code;
  } finally {
    session.close();
  }
}

const flagsWith = (namespace: string): GlobalFlags => {
  const initial = Object.entries(globalFlags).map(([name, flag]) => [name, flag.initial]);
  return { ...(Object.fromEntries(initial) as GlobalFlags), namespace };
};

async function show(session: OpenSession, io: Io, target: string, choices: LogsChoices): Promise<void> {
  const { namespace } = await session.namespace();
  const named = { type: 'pods', names: [target] };
  const found = await findResources(session, io, { namespace, named, singleType: true });
  const object = await found.object();
  await showLogs(session, io, {
    ...choices,
    namespace: object.metadata?.namespace ?? namespace,
    search: searchOf(object),
    coloured: wantsColour(io.terminal?.stdoutIsTty ?? false, process.env),
  });
}

const searchOf = (object: KubeObject) =>
  isPod(object)
    ? { fieldSelector: `metadata.name=${object.metadata?.name ?? ''}` }
    : { labelSelector: selectorOf(asSelecting(object)) };
