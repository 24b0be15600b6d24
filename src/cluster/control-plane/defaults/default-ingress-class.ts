// The IngressClass of the outside door, the default one: created once in a cluster's life, so that a user may change or delete it. A
// mark on the namespace kube-system remembers it. Called when the API server has started; nothing waits for it.
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { IngressClass } from '../../../api/kinds/networking/v1/ingress-class.ts';
import { isAlreadyExists } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { CLASS, CONTROLLER } from '../../../gateway/ingress/classes.ts';

const MARK = 'tiphys.io/default-ingress-class';

/** `client` has the rights of an administrator. */
export async function installDefaultIngressClass(
  client: Pick<Client, 'get' | 'create' | 'patch'>,
): Promise<void> {
  const { metadata } = await client.get(Namespace, 'kube-system');
  if (metadata.annotations?.[MARK]) return;
  await client.create(IngressClass, ingressClass).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
  const patch = { metadata: { annotations: { [MARK]: 'created' } } };
  await client.patch(Namespace, 'kube-system', undefined, 'merge', patch);
}

const ingressClass: IngressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: CLASS, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  spec: { controller: CONTROLLER },
};
