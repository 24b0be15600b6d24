// The indices that several components ask for, under one name each, so that one cache keeps each of them once.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerOf, labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { claimNames } from '../../api/pods/references.ts';
import type { Informer } from './informer.ts';

/** Objects of one namespace. */
export const BY_NAMESPACE = 'namespace';
/** By the uid of each owner, controller or not. */
export const BY_OWNER = 'owner-uid';
/** By the uid of the controlling owner; objects without one are under `orphansOf(namespace)`. */
export const BY_CONTROLLER = 'controller-uid';
/** Pods by spec.nodeName. */
export const BY_NODE = 'node-name';

/** Pods by the claims that they use, `namespace/name`, also those that are made for them. */
export const BY_CLAIM = 'claim';

export const orphansOf = (namespace: string): string => `orphans/${namespace}`;

export function indexByNamespace<T extends KubeObject>(informer: Informer<T>): void {
  informer.addIndex(BY_NAMESPACE, (object) => [namespaceOf(object)]);
}

export function indexByOwner<T extends KubeObject>(informer: Informer<T>): void {
  informer.addIndex(BY_OWNER, (object) => (object.metadata.ownerReferences ?? []).map((owner) => owner.uid));
}

export function indexByController<T extends KubeObject>(informer: Informer<T>): void {
  informer.addIndex(BY_CONTROLLER, (object) => [controllerOf(object)?.uid ?? orphansOf(namespaceOf(object))]);
}

export function indexByNode<T extends KubeObject & { spec?: { nodeName?: string } }>(
  informer: Informer<T>,
): void {
  informer.addIndex(BY_NODE, (object) => (object.spec?.nodeName ? [object.spec.nodeName] : []));
}

export function indexByClaim(informer: Informer<Pod & KubeObject>): void {
  informer.addIndex(BY_CLAIM, claimKeysOf);
}

/** `namespace/name` of the claims that the pod uses. */
export const claimKeysOf = (pod: Readonly<Pod>): string[] =>
  claimNames(pod).map((name) => `${namespaceOf(pod)}/${name}`);

/** By the value of one label; objects without the label are left out. */
export function indexByLabel<T extends KubeObject>(
  informer: Pick<Informer<T>, 'addIndex'>,
  label: string,
): string {
  const name = `label:${label}`;
  informer.addIndex(name, (object) => {
    const value = labelsOf(object)[label];
    return value === undefined ? [] : [value];
  });
  return name;
}
