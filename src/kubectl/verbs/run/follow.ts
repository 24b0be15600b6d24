// What `run --attach` does once the pod is made: waits until it runs, shows what it has written, attaches, and waits for its end.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { notFound } from '../../../api/status/status-error.ts';
import { eventsOf } from '../../changes/watch-object.ts';
import type { Context } from '../../command/command.ts';
import { ExitError } from '../../errors/errors.ts';
import { plainText } from '../../errors/text.ts';
import { podPath, podsPath } from '../../pods/first-pod.ts';
import { goQuote } from '../../text/quote.ts';

export interface Following {
  readonly around: Pick<Context, 'io' | 'session'>;
  readonly namespace: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly detachKeys: string;
  readonly commandName: string;
}

type Condition = (pod: Pod) => boolean;

const hasEnded: Condition = ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const hasSucceeded: Condition = ({ status }) => status?.phase === 'Succeeded';
const isReady: Condition = ({ status }) =>
  status?.phase === 'Running' &&
  (status.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');

/** The pod once `condition` holds. */
async function waitFor(following: Following, condition: Condition): Promise<Pod> {
  const { around, namespace, name, timeoutMs } = following;
  const { session, io } = around;
  const late = new AbortController();
  const timer = io.clock.after(timeoutMs, () => late.abort());
  const signal = AbortSignal.any([io.signal, late.signal]);
  try {
    for await (const { type, object } of eventsOf(session, podsPath(namespace), name, signal)) {
      if (type !== 'ADDED' && type !== 'MODIFIED') throw notFound({ group: '', resource: 'pods' }, '');
      if (condition(object as Pod)) return object as Pod;
    }
  } catch (error) {
    if (!late.signal.aborted) throw error;
  } finally {
    timer.cancel();
    late.abort();
  }
  throw new Error('timed out waiting for the condition');
}

export async function attachWhenReady(following: Following): Promise<void> {
  const { around, name, stdin, tty, quiet, detachKeys, commandName } = following;
  const { session, io } = around;
  const pod = await waitFor(following, (found) => isReady(found) || hasEnded(found));
  if (hasEnded(pod)) return showLog(following, pod);
  await showLog(following, pod).catch((error: unknown) => {
    io.err(`warning: couldn't fetch pre-attach logs: ${plainText(error)}\n`);
  });
  try {
    const { attachTo } = await import('../attach/attach.ts');
    await attachTo({ session, io, pod, container: '', stdin, tty, quiet, detachKeys, commandName });
  } catch (error) {
    io.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${plainText(error)}\n`);
    await showLog(following, pod);
  }
}

/** What the pod's only container has written so far. */
async function showLog({ around, namespace, name }: Following, pod: Pod): Promise<void> {
  const { session, io } = around;
  const container = pod.spec?.containers[0]?.name ?? '';
  const { body } = await session.request({ path: podPath(namespace, name, 'log'), query: { container } });
  io.out(body);
}

/** Ends with the exit code of the container. With OnFailure, only success is an end. */
export async function exitOf(following: Following, restartPolicy: string): Promise<void> {
  const pod = await waitFor(following, restartPolicy === 'OnFailure' ? hasSucceeded : hasEnded);
  if (hasSucceeded(pod)) return;
  const { namespace, name } = following;
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  if (!ended?.exitCode) throw new Error(`pod ${namespace}/${name} failed with unknown exit code`);
  const text = `pod ${namespace}/${name} terminated (${ended.reason ?? ''})\n${ended.message ?? ''}`;
  throw new ExitError(ended.exitCode, text);
}

/** For --rm: what was made goes, and nobody waits for it. */
export async function remove(
  { session, io }: Following['around'],
  made: readonly {
    readonly kind: string;
    readonly path: string;
    readonly name: string;
    readonly namespace: string;
  }[],
  quiet: boolean,
): Promise<void> {
  for (const { kind, path, name, namespace } of made) {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
    const answer = await session.request({ method: 'DELETE', path, body, anyStatus: true });
    if (answer.status < 400 && !quiet)
      io.out(`${kind} ${goQuote(name)} deleted from ${namespace} namespace\n`);
  }
}
