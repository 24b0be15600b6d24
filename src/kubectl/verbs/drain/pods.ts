// The pods of a node, judged: which a drain evicts. Called by the command, before it evicts, and again when that failed.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import {
  type DaemonSetProblem,
  type DrainFlags,
  daemonSetOf,
  type Judged,
  verdictOf,
} from '../../../api/nodes/drain.ts';
import type { Clock } from '../../../kit/clock.ts';
import { plainText } from '../../errors/text.ts';
import { isNotFound } from '../../resources/info.ts';
import type { KubeList } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';

export interface PodQuery {
  readonly session: Session;
  readonly clock: Pick<Clock, 'now'>;
  readonly node: string;
  readonly podSelector: string;
  readonly chunkSize: number;
  readonly flags: DrainFlags;
}

export async function judgedPods(query: PodQuery): Promise<Judged[]> {
  const daemonSets = new Map<string, Promise<DaemonSetProblem | undefined>>();
  const judged: Judged[] = [];
  for (const pod of await podsOn(query)) {
    const problem = await problemOfDaemonSet(query.session, pod, daemonSets);
    judged.push({ pod, verdict: verdictOf(pod, query.flags, query.clock.now(), problem) });
  }
  return judged;
}

async function podsOn({ session, node, podSelector, chunkSize }: PodQuery): Promise<Pod[]> {
  const pods: Pod[] = [];
  let token: string | undefined;
  do {
    const list: KubeList = await session.json<KubeList>({
      path: '/api/v1/pods',
      query: {
        fieldSelector: `spec.nodeName=${node}`,
        labelSelector: podSelector || undefined,
        limit: chunkSize > 0 ? String(chunkSize) : undefined,
        continue: token,
      },
    });
    for (const item of list.items ?? []) pods.push({ ...item, apiVersion: 'v1', kind: 'Pod' } as Pod);
    token = (list.metadata as { continue?: string } | undefined)?.continue;
  } while (token);
  return pods;
}

/** Why the pod's DaemonSet could not be read; each is asked for once. */
async function problemOfDaemonSet(
  session: Session,
  pod: Pod,
  known: Map<string, Promise<DaemonSetProblem | undefined>>,
): Promise<DaemonSetProblem | undefined> {
  const name = daemonSetOf(pod);
  if (name === undefined) return undefined;
  const namespace = encodeURIComponent(pod.metadata.namespace ?? '');
  const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets/${encodeURIComponent(name)}`;
  const asked =
    known.get(path) ??
    session.request({ path }).then(
      () => undefined,
      (error: unknown) => ({ message: plainText(error), isMissing: isNotFound(error) }),
    );
  known.set(path, asked);
  return asked;
}
