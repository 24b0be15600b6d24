// Follows the ConfigMap kube-system/kube-dns. While it is wrong, what it said before holds.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Logger } from '../../kit/log.ts';
import { type ForwardSettings, forwardSettings, NO_SETTINGS } from './forward/settings.ts';

/** Returns how to stop it. */
export function watchSettings(
  informers: Pick<InformerFactory, 'informer'>,
  log: Logger,
  use: (settings: ForwardSettings) => void,
): () => void {
  const take = ({ data = {} }: Readonly<ConfigMap>) => {
    try {
      use(forwardSettings(data));
      log.info('ConfigMap kube-system/kube-dns is in use');
    } catch (error) {
      log.warn('ConfigMap kube-system/kube-dns is not used', { error });
    }
  };
  const filter = { namespace: 'kube-system', fieldSelector: 'metadata.name=kube-dns' };
  return informers.informer(ConfigMap, filter).addHandler({
    onAdd: take,
    onUpdate: take,
    onDelete: () => use(NO_SETTINGS),
  });
}
