// APIServices: what this server itself serves is available as soon as it is registered; the status is the aggregator's.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go.
import type { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import type { Strategy } from '../registry/strategy.ts';
import { keepMetadata } from '../strategies/keep-metadata.ts';
import { LOCAL, withFinding } from './conditions.ts';

export const apiServiceStrategy: Strategy<APIService> = {
  prepareCreate(service, { now }) {
    service.status = {};
    if (!service.spec?.service) service.status = withFinding(service, LOCAL, now);
  },
  prepareStatus: keepMetadata,
  unconditionalUpdate: false,
};
