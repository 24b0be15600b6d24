// Starts what elects the holders of coordinated Leases, if it is on. Called by what starts an API server.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { ApiServer } from '../../apiserver/api-server.ts';
import type { ApiServerOptions } from '../../apiserver/options.ts';
import { inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { LeaseElectionOptions } from './lease-election.ts';

export interface StartOptions extends Omit<LeaseElectionOptions, 'transport'> {
  readonly api: ApiServer;
  readonly features: FeatureGates;
  readonly apis: ApiServerOptions['apis'];
}

const API_SERVER = { name: 'system:apiserver', groups: ['system:masters'] };

/** Gives how to end it; undefined when it is off. */
export async function startLeaseElection(options: StartOptions): Promise<(() => Promise<void>) | undefined> {
  const { api, features, apis } = options;
  if (!features.enabled('CoordinatedLeaderElection') || !servesCandidates(apis)) return undefined;
  const { runLeaseElection } = await import('./lease-election.ts');
  return runLeaseElection({ ...options, transport: inProcessTransport(api.inProcess, API_SERVER) });
}

const servesCandidates = (apis: ApiServerOptions['apis']): boolean =>
  apis?.more.some(
    ({ resource }) => resource.plural === 'leasecandidates' && resource.version === 'v1beta1',
  ) ?? false;
