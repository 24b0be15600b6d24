// Promise: every namespace that is not being deleted has a ServiceAccount named default.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';

const NAME = 'default';

export function createServiceAccountController(context: ControllerContext): Controller {
  const namespaces = context.informers.informer(Namespace);
  const accounts = context.informers.informer(ServiceAccount);
  return {
    name: 'service-account-controller',
    watches: [
      watch(namespaces, (namespace) => [nameOf(namespace)]),
      watch(accounts, {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: (account) => (nameOf(account) === NAME ? [namespaceOf(account)] : []),
      }),
    ],
    reconcile: async (name) => {
      const namespace = namespaces.lister.get(name);
      if (!namespace || isBeingDeleted(namespace)) return undefined;
      if (!accounts.lister.get(NAME, name)) await create(context, name);
      return undefined;
    },
  };
}

async function create(context: ControllerContext, namespace: string): Promise<void> {
  const metadata = { name: NAME, namespace };
  try {
    await context.client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}
