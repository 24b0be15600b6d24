// Whether a service asks for topology hints by annotation. Those of trafficDistribution are not set then.
import type { Service } from '../../../api/kinds/core/v1/service.ts';

const MODE = 'service.kubernetes.io/topology-mode';
const OLDER_MODE = 'service.kubernetes.io/topology-aware-hints';

export function wantsHints({ metadata }: Readonly<Service>): boolean {
  const mode = metadata.annotations?.[OLDER_MODE] ?? metadata.annotations?.[MODE];
  return mode === 'Auto' || mode === 'auto';
}
