// The pod of a daemon set for one node. It names the node by required node affinity, not by nodeName, so that the scheduler
// still checks its resources. Follows CreatePodTemplate and ReplaceDaemonSetPodNodeNameNodeAffinity
// (pkg/controller/daemon/util). Pure.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { REVISION_HASH } from '../framework/history/revisions.ts';
import { podFromTemplate } from '../framework/pods/pod-control.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { daemonTolerations } from './node-fit.ts';

export function daemonPod(set: Readonly<DaemonSet>, node: string, hash: string): Pod {
  const template = set.spec!.template;
  const pod = podFromTemplate(template, namespaceOf(set), nameOf(set), controllerReference(DaemonSet, set));
  pod.metadata.labels = { ...pod.metadata.labels, [REVISION_HASH]: hash };
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  if (generation) pod.metadata.labels['pod-template-generation'] = generation;
  const spec = pod.spec!;
  const onNode = { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] };
  const tolerations = [...(spec.tolerations ?? [])];
  for (const toleration of daemonTolerations(spec))
    if (!tolerations.some((one) => sameMeaning(one, toleration))) tolerations.push(toleration);
  pod.spec = {
    ...spec,
    tolerations,
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onNode] },
      },
    },
  };
  return pod;
}
