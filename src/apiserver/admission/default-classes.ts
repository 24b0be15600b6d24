// Claims and ingresses that name no class get the cluster's default one, if there is exactly one to speak of.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Item } from '../watch-cache/item.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from './plugin.ts';

/** Those that an annotation calls the default, the newest first, then by name. */
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

export function defaultStorageClass({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(StorageClass);
  return {
    name: 'DefaultStorageClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'persistentvolumeclaims') return;
      const { spec } = objectAs<PersistentVolumeClaim>(attributes.object);
      if (!spec || spec.storageClassName !== undefined) return;
      const [found] = defaults(cache.items(), 'storageclass.kubernetes.io/is-default-class');
      if (found) spec.storageClassName = found.metadata.name!;
    },
  };
}

export function defaultIngressClass({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(IngressClass);
  return {
    name: 'DefaultIngressClass',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'ingresses.networking.k8s.io')
        return;
      const { spec, metadata } = objectAs<Ingress>(attributes.object);
      if (!spec || spec.ingressClassName || metadata.annotations?.['kubernetes.io/ingress.class']) return;
      const found = defaults(cache.items(), 'ingressclass.kubernetes.io/is-default-class');
      if (found.length > 1)
        throw deny(attributes, `${found.length} default IngressClasses were found, only 1 allowed`);
      if (found[0]) spec.ingressClassName = found[0].metadata.name!;
    },
  };
}
