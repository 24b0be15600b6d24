// The answer of `tiphys why`, for people or scripts: what is asked of the API for a target, and its text. Called by the command and by
// `tiphys watch`; loads what the target needs.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { type Format, render } from '../output/print.ts';
import type { Api, PodAccount } from './ask.ts';
import { isStorage, type PodTarget, type StorageTarget, type Target } from './target.ts';
import type { WorkloadAccount } from './workloads.ts';

/** Of a workload; the others are counted. */
const MOST_PODS = 5;

interface Answer {
  readonly workloads: readonly WorkloadAccount[];
  readonly pods: readonly PodAccount[];
  /** Pods of the workload that are ready, and pods that are not and not in the answer. */
  readonly readyPods?: number;
  readonly otherPods?: number;
}

export async function answerText(
  api: Api,
  namespace: string,
  target: Target,
  format: Format,
): Promise<string> {
  if (isStorage(target)) return storageAnswer(api, namespace, target, format);
  const found = await ask(api, namespace, target);
  if (format !== 'table') return render(format, [], [], target.kind === 'Pod' ? found.pods[0] : found);
  const { podReport, workloadReport } = await import('./report.ts');
  const counts =
    found.readyPods === undefined
      ? []
      : [`${found.readyPods} pods are ready${found.otherPods ? `, ${found.otherPods} more are not` : ''}\n`];
  return [...found.workloads.map(workloadReport), ...counts, ...found.pods.map(podReport)].join('\n');
}

async function storageAnswer(
  api: Api,
  namespace: string,
  { kind, name }: StorageTarget,
  format: Format,
): Promise<string> {
  const { accountOfClaim, accountOfVolume } = await import('./volumes/account.ts');
  const account =
    kind === 'PersistentVolume'
      ? await accountOfVolume(api, await api.client.get(PersistentVolume, name))
      : await accountOfClaim(api, await api.client.get(PersistentVolumeClaim, name, namespace));
  if (format !== 'table') return render(format, [], [], account);
  return (await import('./volumes/report.ts')).storageReport(account);
}

async function ask(api: Api, namespace: string, { kind, name }: PodTarget): Promise<Answer> {
  const { accountOf } = await import('./ask.ts');
  if (kind === 'Pod')
    return { workloads: [], pods: [await accountOf(api, await api.client.get(Pod, name, namespace))] };
  const { readWorkload } = await import('./workloads.ts');
  const { accounts, pods } = await readWorkload(api.client, kind, namespace, name);
  const waiting = pods.filter((pod) => !isPodReady(pod) && pod.status?.phase !== 'Succeeded');
  const chosen: PodAccount[] = [];
  for (const pod of waiting.slice(0, MOST_PODS)) chosen.push(await accountOf(api, pod));
  return {
    workloads: accounts,
    pods: chosen,
    readyPods: pods.length - waiting.length,
    otherPods: waiting.length - chosen.length,
  };
}
