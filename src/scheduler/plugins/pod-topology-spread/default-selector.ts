// The pods that a pod belongs to, for default spreading: what the Services that select it and its owner select, all together.
// Follows pkg/scheduler/framework/plugins/helper.DefaultSelector.
import { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import { ReplicationController } from '../../../api/kinds/core/v1/replication-controller.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { controllerOf, labelsOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import {
  compileLabels,
  type LabelSelector,
  labelSelectorOf,
  labelSelectorOfMap,
} from '../../../api/selectors/label-selector.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../../client/informer/indices.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { DefaultSelector } from './pod-topology-spread.ts';

export function defaultSelectorFrom(informers: InformerFactory): DefaultSelector {
  const services = informers.informer(Service);
  indexByNamespace(services);
  const ownerSelector = ownerSelectorFrom(informers);
  return (pod) => {
    const selectors = [
      ...services.lister.byIndex(BY_NAMESPACE, namespaceOf(pod.pod)).flatMap((service) => {
        const selector = labelSelectorOfMap(service.spec?.selector);
        return !selector.empty && selector.matches(labelsOf(pod.pod)) ? [selector] : [];
      }),
      ...(ownerSelector(pod) ?? []),
    ];
    const requirements = selectors.flatMap((selector) => selector.requirements);
    return requirements.length > 0 ? compileLabels(requirements) : undefined;
  };
}

function ownerSelectorFrom(informers: InformerFactory): (pod: PodInfo) => LabelSelector[] | undefined {
  const controllers = informers.informer(ReplicationController);
  const replicaSets = informers.informer(ReplicaSet);
  const statefulSets = informers.informer(StatefulSet);
  return ({ pod }) => {
    const owner = controllerOf(pod);
    if (!owner) return undefined;
    const namespace = namespaceOf(pod);
    switch (owner.kind) {
      case 'ReplicationController': {
        const controller = controllers.lister.get(owner.name, namespace);
        return controller && [labelSelectorOfMap(controller.spec?.selector)];
      }
      case 'ReplicaSet': {
        const set = replicaSets.lister.get(owner.name, namespace);
        return set && [labelSelectorOf(set.spec?.selector)];
      }
      case 'StatefulSet': {
        const set = statefulSets.lister.get(owner.name, namespace);
        return set && [labelSelectorOf(set.spec?.selector)];
      }
      default:
        return undefined;
    }
  };
}
