// The Services of tests: with one port, 80, unless `spec` says otherwise.
import type { Service } from '../../api/kinds/core/v1/service.ts';

type ServiceSpec = NonNullable<Service['spec']>;

export const aService = (name: string, spec: Partial<ServiceSpec> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});
