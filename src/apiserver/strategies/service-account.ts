// ServiceAccounts: of the secrets they refer to, only the names count. Upstream: pkg/registry/core/serviceaccount/strategy.go.
import type { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import type { Strategy } from '../registry/strategy.ts';

function keepNames(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => ({ name }));
}

export const serviceAccountStrategy: Strategy<ServiceAccount> = {
  returnsDeleted: true,
  prepareCreate: keepNames,
  prepareUpdate: keepNames,
};
