// Enforces ResourceQuotas: a write is refused if the usage in the status of a quota plus what it adds exceeds the quota. Last in the
// chain, since a write that somebody else refuses must not be charged.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota.
import { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import { type AdmissionAttributes, isWhole } from '../../registry/admission.ts';
import type { PluginOptions } from '../plugin.ts';
import { Ledger } from './ledger.ts';

export interface QuotaPlugin {
  readonly name: string;
  validate(attributes: AdmissionAttributes): void | Promise<void>;
}

export function resourceQuota({ resources, clock }: PluginOptions): QuotaPlugin {
  const quotas = resources.stored(ResourceQuota);
  const ledger = new Ledger({ quotas, resources, clock });
  return {
    name: 'ResourceQuota',
    validate(attributes) {
      const { operation, subresource, namespace } = attributes;
      if (!isWhole(attributes) || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      // Namespaces without quotas, which are most, cost a look.
      if (subresource || !namespace || quotas.cache.count(namespace) === 0) return;
      return ledger.charge(attributes);
    },
  };
}
