// Runs one component in a process of its own until a signal ends it: connection, health server, leader election, then the
// component itself. A candidate that loses the lead ends, as upstream's do: whatever it had begun must not go on.

import { hostname } from 'node:os';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { KUBERNETES_MINOR } from '../../api/meta/v1/version.ts';
import { candidateIdentity, runAsLeader } from '../../client/leader-election/leader-election.ts';
import { keepLeaseCandidate } from '../../client/leader-election/lease-candidate.ts';
import type { Level } from '../../kit/log.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { type ServingOptions, serveComponent } from './component-server.ts';
import { type ComponentAccess, connect, processTools } from './connection.ts';

export interface LeaderElectionFlags {
  readonly leaderElect: boolean;
  readonly leaderElectResourceName: string;
  readonly leaderElectResourceNamespace: string;
}

export interface StandaloneOptions extends ServingOptions, LeaderElectionFlags {
  readonly kubeconfig: string;
  readonly logLevel: Level;
}

/** Resolves when a signal has ended the component; `start` gives how to stop it. */
export async function runStandalone(
  name: string,
  options: StandaloneOptions,
  start: (access: ComponentAccess) => Promise<() => Promise<void>>,
): Promise<void> {
  const features = featureGates(options.featureGates);
  const access = connect(options.kubeconfig, processTools(options.logLevel));
  warnOfGates(features, access.log);
  const closeServer = await serveComponent(name, options, access, features);
  const signal = endSignal();
  await lead(options, access, features, signal, async (leading) => {
    const starting = start(access).catch((error) => {
      access.log.error(`${name} could not start`, { error });
      process.exit(1);
    });
    const stop = await Promise.race([starting, aborted(leading)]);
    // An API server that does not answer keeps a component from starting, not from ending.
    if (!stop) return;
    await aborted(leading);
    // After a lost lead another process works already: nothing more is written.
    if (signal.aborted) await stop();
  });
  closeServer();
  access.transport.close();
  if (!signal.aborted) {
    access.log.error('leader election lost');
    process.exit(1);
  }
  process.exit(0);
}

function lead(
  options: LeaderElectionFlags,
  access: ComponentAccess,
  features: FeatureGates,
  signal: AbortSignal,
  work: (leading: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!options.leaderElect) return work(signal);
  const coordinated = features.enabled('CoordinatedLeaderElection');
  const election = {
    ...access,
    coordinated,
    log: access.log.child('leader-election'),
    namespace: options.leaderElectResourceNamespace,
    name: options.leaderElectResourceName,
    identity: candidateIdentity(hostname(), access.random),
  };
  if (coordinated) {
    const versions = { binaryVersion: VERSION, emulationVersion: VERSION };
    void keepLeaseCandidate({ ...election, ...versions, leaseName: election.name }, signal);
  }
  return runAsLeader(election, work, signal);
}

/** Without the patch release, as upstream's components report theirs. */
const VERSION = `${KUBERNETES_MINOR}.0`;

/** Aborts at the first SIGTERM or SIGINT. */
export function endSignal(): AbortSignal {
  const over = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => over.abort());
  return over.signal;
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
