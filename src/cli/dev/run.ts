// `tiphys dev`: the connections, the loop over changes, the end. Loaded when the command runs.
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../../cluster/progress.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type GlobalFlags, globalFlags } from '../../kubectl/command/global-flags.ts';
import type { Io } from '../../kubectl/io/io.ts';
import { processIo } from '../../kubectl/io/process-io.ts';
import { OpenSession } from '../../kubectl/session/open-session.ts';
import { knownCluster } from '../commands/options.ts';
import { painter, wantsColour } from '../logs/paint.ts';
import { showLogs } from '../logs/run.ts';
import type { Workload } from './deploy/rollout.ts';
import { ImagesOnNodes } from './images-on-nodes.ts';
import { type IgnoreRules, isClosed } from './paths/ignore.ts';
import type { Change } from './plan/plan.ts';
import { ignoreRules, type Project } from './project/load.ts';
import { reporter } from './report/events.ts';
import { DevSession } from './session.ts';
import { TreeWatcher } from './watch/tree.ts';

export interface DevChoices {
  readonly filename: string;
  readonly name: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly port?: string[];
  readonly once: boolean;
  readonly keep: boolean;
  readonly logs: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly output: 'text' | 'json';
}

/** The exit code. */
export async function runDev(choices: DevChoices): Promise<number> {
  const directory = resolve(choices.filename);
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UserError(`-f ${choices.filename}: there is no such directory`);
  const { paths } = knownCluster(choices.name);
  const user = processIo({ env: { ...process.env, KUBECONFIG: choices.kubeconfig ?? paths.kubeconfig } });
  const ended = new AbortController();
  const io: Io = { ...user, signal: ended.signal };
  const open = () =>
    new OpenSession({
      flags: flagsWith(choices.namespace ?? ''),
      io,
      userAgent: 'tiphys-dev',
      commandPath: 'tiphys dev',
    });
  // Logs are answers that do not end: they are not to take the connections of all other requests.
  const [session, logSession] = [open(), open()];
  const coloured = wantsColour(user.terminal?.stdoutIsTty ?? false, process.env);
  const json = choices.output === 'json';
  const report = reporter({ json, coloured, now: () => io.clock.now(), out: io.out });
  const paint = painter(coloured && !json);
  const began = io.clock.now();
  const follow = (workload: Workload, signal: AbortSignal) => {
    if (!choices.logs || choices.once) return;
    const tell = (text: string | Uint8Array) => report({ event: 'log', text: String(text) });
    const wishes = {
      ...{ namespace: workload.namespace, search: workload.search, container: '', follow: true },
      ...{ previous: false, timestamps: false, tail: 100, coloured, paint },
      since: Math.ceil((io.clock.now() - began) / 1000) + 1,
    };
    const own: Io = { ...io, signal: AbortSignal.any([signal, ended.signal]), out: tell, err: tell };
    showLogs(logSession, own, wishes).catch((error) => {
      if (!own.signal.aborted) report({ event: 'warning', message: `logs: ${messageOf(error)}` });
    });
  };
  const images = new ImagesOnNodes(paths.control);
  await images.refresh();
  const dev = new DevSession({
    ...{ directory, session, io, images, report, onWorkload: follow },
    ports: choices.once ? [] : choices.port,
    timeoutMs: choices.timeout * 1000,
    namespace: (await session.namespace()).namespace,
  });
  try {
    if (choices.once) return (await dev.carryOut([], user.signal)) ? 0 : 1;
    await loop(dev, directory, user.signal, io, (message) => report({ event: 'failed', message }));
    return 0;
  } finally {
    await dev.close();
    if (!choices.keep && !choices.once) await dev.undo();
    ended.abort();
    session.close();
    logSession.close();
  }
}

/** Until the user ends it. A change that comes while pods are waited for ends that wait: there is something newer. */
async function loop(
  dev: DevSession,
  directory: string,
  user: AbortSignal,
  { clock }: Pick<Io, 'clock'>,
  fail: (message: string) => void,
): Promise<void> {
  let pending: Change[] = [];
  let newer = new AbortController();
  let wake = () => {};
  const rules = ignoreRules(directory);
  const watcher = new TreeWatcher({
    ...{ directory, clock },
    skips: (path) => skips(dev.project, rules, path),
    onError: (error) => fail(messageOf(error)),
    onChange: (changes) => {
      if (!dev.concerns(changes)) return;
      pending = [...pending, ...changes];
      newer.abort();
      wake();
    },
  });
  user.addEventListener('abort', () => wake(), { once: true });
  try {
    for (let changes: Change[] = []; !user.aborted; changes = latest(pending.splice(0))) {
      newer = new AbortController();
      await dev.carryOut(changes, AbortSignal.any([user, newer.signal]));
      watcher.update(outside(dev.project));
      if (pending.length > 0 || user.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (pending.length > 0 || user.aborted) resolve();
      });
    }
  } finally {
    watcher.close();
  }
}

/** Each path once, as it is by now. */
const latest = (changes: readonly Change[]): Change[] => [
  ...new Map(changes.map((change) => [change.path, change])).values(),
];

/** What the project names is watched even where it is ignored otherwise. */
function skips(project: Project | undefined, atFirst: IgnoreRules, path: string): boolean {
  if (!project) return isClosed(atFirst, path);
  const named = [...project.manifestInputs, ...project.images.flatMap(({ inputs }) => inputs)];
  return (
    !named.some((name) => name.startsWith(`${path}/`) || name === path) && isClosed(project.ignored, path)
  );
}

const outside = (project: Project | undefined): string[] =>
  (project?.images ?? []).flatMap(({ inputs }) => inputs).filter((path) => path.startsWith('/'));

const flagsWith = (namespace: string): GlobalFlags => {
  const initial = Object.entries(globalFlags).map(([name, flag]) => [name, flag.initial]);
  return { ...(Object.fromEntries(initial) as GlobalFlags), namespace };
};
