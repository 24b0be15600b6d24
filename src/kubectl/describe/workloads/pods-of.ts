// How many of a workload's pods are in which phase. Called by descriptions of workloads.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';
import { selectorText } from '../metadata.ts';
import { collectionPath, readAll, type Subject } from '../subject.ts';

/** `1 Running / 0 Waiting / 0 Succeeded / 0 Failed`. */
export async function podsStatus(
  subject: Subject,
  uid: string | undefined,
  selector: LabelSelector | undefined,
): Promise<string> {
  const query = { labelSelector: selectorText(selector) };
  const pods = await readAll<Pod>(subject, collectionPath('api/v1', 'pods', subject.namespace), query);
  const own = pods.filter((pod) =>
    pod.metadata?.ownerReferences?.some((one) => one.controller && one.uid === uid),
  );
  const inPhase = (phase: string) => own.filter((pod) => pod.status?.phase === phase).length;
  return `${inPhase('Running')} Running / ${inPhase('Pending')} Waiting / ${inPhase('Succeeded')} Succeeded / ${inPhase('Failed')} Failed`;
}
