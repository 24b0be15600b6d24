// PersistentVolumeClaims and Ingresses without a class get the cluster's default class, of several ones the newest.
// Upstream: plugin/pkg/admission/storage/storageclass/setdefault and plugin/pkg/admission/network/defaultingressclass.
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { defaultClass } from '../../api/volumes/classes.ts';
import { concerns } from '../registry/admission.ts';
import type { Item } from '../watch-cache/item.ts';
import type { Plugin, PluginOptions } from './plugin.ts';

/** The classes with the annotation, the newest first, then by name. */
function defaults(items: readonly Item[], annotation: string): KubeObject[] {
  const marked = items
    .map(({ object }) => object)
    .filter(({ metadata }) => metadata.annotations?.[annotation] === 'true');
  return marked.sort((a, b) => {
    const [x = '', y = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
    if (x !== y) return x < y ? 1 : -1;
    return a.metadata.name! < b.metadata.name! ? -1 : 1;
  });
}

export function defaultStorageClass({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(StorageClass);
  return {
    name: 'DefaultStorageClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, PersistentVolumeClaim)) return;
      const spec = attributes.object?.spec;
      if (!spec || spec.storageClassName !== undefined) return;
      const found = defaultClass(cache.items().map(({ object }) => object));
      if (found) spec.storageClassName = found.metadata.name!;
    },
  };
}

export function defaultIngressClass({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(IngressClass);
  return {
    name: 'DefaultIngressClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Ingress)) return;
      const { spec, metadata } = attributes.object ?? {};
      if (!spec || spec.ingressClassName || metadata?.annotations?.['kubernetes.io/ingress.class']) return;
      const [newest] = defaults(cache.items(), 'ingressclass.kubernetes.io/is-default-class');
      if (newest) spec.ingressClassName = newest.metadata.name!;
    },
  };
}
