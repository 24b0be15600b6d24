// Attaches to a container as soon as it runs; shows its log if it has ended before, or if attaching fails. Called by command.ts, and by
// `run --attach`.

import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import { notFound } from '../../../api/status/status-error.ts';
import { readJsonLines } from '../../../kit/http1/json-lines.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { podsPath } from '../../pods/first-pod.ts';
import { type Attaching, attachTo } from '../attach/attach.ts';
import { logOutput, openLog } from '../logs/command.ts';
import { copyBytes } from '../logs/lines.ts';

export async function attachWhenRunning(attaching: Attaching): Promise<void> {
  const { io, container } = attaching;
  const pod = await whenRunning(attaching);
  if (statusOf(pod, container)?.state?.terminated) return await showLog(attaching, pod);
  try {
    await attachTo({ ...attaching, pod });
  } catch (error) {
    if (io.signal.aborted) throw error;
    io.err(
      `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${messageOf(error)}\n`,
    );
    await showLog(attaching, pod);
  }
}

export const statusOf = (pod: Readonly<Pod>, container: string): ContainerStatus | undefined =>
  [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);

/** The pod once the container runs or has run. Tells why it waits, as the kubelet says. */
async function whenRunning({ session, io, pod, container, quiet }: Attaching): Promise<Pod> {
  const { namespace = '', name = '' } = pod.metadata;
  const query = { fieldSelector: `metadata.name=${name}` };
  let told = '';
  const runs = (seen: Readonly<Pod>): boolean => {
    const { running, terminated, waiting } = statusOf(seen, container)?.state ?? {};
    if (running || terminated) return true;
    const message = waiting?.message ?? '';
    if (message && message !== told && !quiet) io.err(`Warning: container ${container}: ${message}\n`);
    told = message;
    return false;
  };
  for (;;) {
    const list = await session.json<{ metadata?: { resourceVersion?: string }; items?: Pod[] }>({
      path: podsPath(namespace),
      query,
    });
    const [now] = list.items ?? [];
    if (!now) throw notFound({ resource: 'pods' }, name);
    if (runs(now)) return now;
    const resourceVersion = list.metadata?.resourceVersion ?? '';
    const stop = new AbortController();
    const signal = AbortSignal.any([io.signal, stop.signal]);
    try {
      const stream = await session.stream(
        { path: podsPath(namespace), query: { ...query, watch: 'true', resourceVersion } },
        signal,
      );
      for await (const event of readJsonLines<{ type: string; object: Pod }>(stream)) {
        if (event.type === 'DELETED') throw notFound({ resource: 'pods' }, name);
        if (event.type === 'ERROR') break;
        if (runs(event.object)) return event.object;
      }
    } finally {
      stop.abort();
    }
    io.signal.throwIfAborted();
  }
}

async function showLog({ session, io, container }: Attaching, pod: Readonly<Pod>): Promise<void> {
  const { namespace = '', name = '' } = pod.metadata;
  const log = await openLog(session, io, {})({ namespace, pod: name, container });
  await copyBytes(log, logOutput(io));
}
