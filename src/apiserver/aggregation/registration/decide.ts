// What happens to an APIService that this server registers by itself. Pure. Called by registration.ts.
// Upstream: checkAPIService in staging/src/k8s.io/kube-aggregator/pkg/controllers/autoregister/autoregister_controller.go.
import { isDeepStrictEqual } from 'node:util';
import type { Priority } from '../../../api/discovery/priorities.ts';
import type { APIService, APIServiceSpec } from '../../../api/kinds/apiregistration/v1/api-service.ts';

export const MANAGED_LABEL = 'kube-aggregator.kubernetes.io/automanaged';
/** Registered when the server starts, and then left to the users. */
const ON_START = 'onstart';
/** Kept as it should be all the time. */
const ALWAYS = 'true';

export interface Registered {
  readonly group: string;
  readonly version: string;
  readonly priority: Priority;
  readonly mode: typeof ON_START | typeof ALWAYS;
}

export interface History {
  /** The APIService existed when the server started. */
  readonly presentAtStart: boolean;
  /** It has been brought in order since. */
  readonly synced: boolean;
}

export type Action = 'create' | 'update' | 'delete' | 'none';

export function actionFor(
  wanted: Registered | undefined,
  current: APIService | undefined,
  { presentAtStart, synced }: History,
): Action {
  if (wanted?.mode === ON_START && synced) return 'none';
  if (!current) return wanted ? 'create' : 'none';
  const mode = current.metadata.labels?.[MANAGED_LABEL];
  if (mode !== ON_START && mode !== ALWAYS) return 'none';
  if (mode === ON_START && (!presentAtStart || synced)) return 'none';
  if (!wanted) return 'delete';
  return isDeepStrictEqual(current.spec, specOf(wanted)) ? 'none' : 'update';
}

export const nameOf = ({ group, version }: Pick<Registered, 'group' | 'version'>): string =>
  `${version}.${group}`;

export const specOf = ({ group, version, priority }: Registered): APIServiceSpec => ({
  ...(group && { group }),
  version,
  groupPriorityMinimum: priority.group,
  versionPriority: priority.version,
});

export const serviceOf = (wanted: Registered): APIService => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: nameOf(wanted), labels: { [MANAGED_LABEL]: wanted.mode } },
  spec: specOf(wanted),
});
