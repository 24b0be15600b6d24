// What a pod's siblings are, for default spreading: pods of the Services that select it, of the same owner.
import { ReplicaSet } from '../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../api/kinds/apps/v1/stateful-set.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { controllerOf, labelsOf, namespaceOf } from '../api/meta/v1/object.ts';
import { type LabelSelector, labelSelectorOf, labelSelectorOfMap } from '../api/selectors/label-selector.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import { BY_NAMESPACE, indexByNamespace } from '../client/informer/indices.ts';
import type { SiblingSelector } from './plugins/pod-topology-spread.ts';

export function siblingSelector(informers: InformerFactory): SiblingSelector {
  const services = informers.informer(Service);
  const replicaSets = informers.informer(ReplicaSet);
  const statefulSets = informers.informer(StatefulSet);
  indexByNamespace(services);
  return ({ pod }) => {
    const namespace = namespaceOf(pod);
    const owner = controllerOf(pod);
    const set =
      owner?.kind === 'ReplicaSet'
        ? replicaSets.lister.get(owner.name, namespace)
        : owner?.kind === 'StatefulSet'
          ? statefulSets.lister.get(owner.name, namespace)
          : undefined;
    if (set) return labelSelectorOf(set.spec?.selector);
    return selecting(services.lister.byIndex(BY_NAMESPACE, namespace), labelsOf(pod));
  };
}

function selecting(
  services: readonly Readonly<Service>[],
  labels: Readonly<Record<string, string>>,
): LabelSelector | undefined {
  for (const service of services) {
    if (!service.spec?.selector || Object.keys(service.spec.selector).length === 0) continue;
    const selector = labelSelectorOfMap(service.spec.selector);
    if (selector.matches(labels)) return selector;
  }
  return undefined;
}
