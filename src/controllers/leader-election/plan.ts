// Coordinated leader election: whether an election is needed, who must be asked whether it still lives, who is elected. Pure.
// Upstream: pkg/controlplane/controller/leaderelection.
import { orderVersions, parseVersion, type Version } from '../../api/cel/kubernetes/versions.ts';
import type { Lease, LeaseSpec } from '../../api/kinds/coordination/v1/lease.ts';
import type { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { rfc3339Micro } from '../../kit/clock.ts';

export type Candidate = Readonly<LeaseCandidate>;

const OLDEST = 'OldestEmulationVersion';
/** How long a candidate has to answer, and how fresh its answer must be. */
const ELECTION_MS = 5_000;
/** A candidate that has not renewed for so long is none, and is collected. */
const VALID_MS = 30 * 60_000;
/** Of the leases that the controller makes, until their holder renews. */
const LEASE_SECONDS = 5;

export type Step =
  /** The holder is the best one. */
  | { readonly step: 'wait' }
  /** Candidates that must show that they live; then they, or those who answer, are looked at again. */
  | { readonly step: 'ping'; readonly candidates: readonly Candidate[] }
  /** Without a holder where another controller implements the strategy. */
  | { readonly step: 'elect'; readonly strategy: string; readonly holder?: string };

const timeOf = (text: string | undefined): number | undefined => (text ? Date.parse(text) : undefined);

export function isCandidateExpired({ spec }: Candidate, now: number): boolean {
  const renewed = timeOf(spec.renewTime);
  return renewed === undefined || renewed + VALID_MS < now;
}

/** True of a candidate that was asked and has not answered yet. */
export function isAsked({ spec }: Candidate): boolean {
  const pinged = timeOf(spec.pingTime);
  return pinged !== undefined && (timeOf(spec.renewTime) ?? 0) < pinged;
}

/** `candidates` are those for the lease that have not expired, at least one. Throws when none can be elected. */
export function nextStep(
  candidates: readonly Candidate[],
  lease: Readonly<Lease> | undefined,
  now: number,
): Step {
  if (!isNeeded(candidates, lease, now)) return { step: 'wait' };
  const recently = (text: string | undefined) =>
    (timeOf(text) ?? Number.NEGATIVE_INFINITY) + ELECTION_MS > now;
  const asked = candidates.filter((one) => isAsked(one) && recently(one.spec.pingTime));
  const silent = candidates.filter((one) => !isAsked(one) && !recently(one.spec.renewTime));
  if (silent.length > 0 || asked.length > 0) return { step: 'ping', candidates: silent };
  const answered = candidates.filter(({ spec }) => recently(spec.renewTime));
  if (answered.length === 0) throw new Error('no available candidates');
  const strategy = strategyOf(answered);
  if (strategy !== OLDEST) return { step: 'elect', strategy };
  const best = oldest(answered);
  if (!best) throw new Error('should not happen, could not find suitable electee');
  return { step: 'elect', strategy, holder: nameOf(best) };
}

function isNeeded(
  candidates: readonly Candidate[],
  lease: Readonly<Lease> | undefined,
  now: number,
): boolean {
  if (!lease || isLeaseExpired(lease, now) || !lease.spec?.holderIdentity) return true;
  // An election renews all candidates before they expire.
  if (candidates.some(({ spec }) => (timeOf(spec.renewTime) ?? now) + VALID_MS / 2 < now)) return true;
  if (strategyOf(candidates) !== OLDEST) return false;
  const best = oldest(candidates);
  return best !== undefined && nameOf(best) !== lease.spec.holderIdentity;
}

function isLeaseExpired({ spec }: Readonly<Lease>, now: number): boolean {
  const renewed = timeOf(spec?.renewTime);
  const seconds = spec?.leaseDurationSeconds;
  return renewed === undefined || seconds === undefined || renewed + seconds * 1000 < now;
}

/** That of the candidates of the newest binary. Throws when these disagree. */
export function strategyOf(candidates: readonly Candidate[]): string {
  const [first, ...others] = candidates;
  if (!first) throw new Error('no candidates');
  let best = first;
  for (const one of others) {
    const order = orderVersions(versionOf(one.spec.binaryVersion), versionOf(best.spec.binaryVersion));
    if (order > 0) best = one;
    else if (order === 0 && one.spec.strategy !== best.spec.strategy)
      throw new Error(
        `candidates ${JSON.stringify(nameOf(best))}, ${JSON.stringify(nameOf(one))} at same binary version ` +
          `but received differing strategies ${best.spec.strategy}, ${one.spec.strategy}`,
      );
  }
  return best.spec.strategy;
}

/** The one that emulates the oldest version; among equals the oldest binary, then the one that was made first. */
export function oldest(candidates: readonly Candidate[]): Candidate | undefined {
  const valid = candidates.filter(
    ({ spec }) => parsed(spec.emulationVersion) !== undefined && parsed(spec.binaryVersion) !== undefined,
  );
  return valid.sort(byAge)[0];
}

function byAge(one: Candidate, other: Candidate): number {
  const [a, b] = [one.spec, other.spec];
  return (
    orderVersions(versionOf(a.emulationVersion), versionOf(b.emulationVersion)) ||
    orderVersions(versionOf(a.binaryVersion), versionOf(b.binaryVersion)) ||
    (timeOf(one.metadata.creationTimestamp) ?? 0) - (timeOf(other.metadata.creationTimestamp) ?? 0)
  );
}

const ZERO: Version = { numbers: [0n, 0n, 0n], pre: [] };

const versionOf = (text: string | undefined): Version => parsed(text) ?? ZERO;

/** As upstream's tolerant parser: a leading v and missing parts do no harm. */
function parsed(text = ''): Version | undefined {
  const [core = '', ...more] = text
    .trim()
    .replace(/^v/, '')
    .split(/(?=[-+])/);
  const parts = core.split('.', 4);
  while (parts.length > 0 && parts.length < 3) parts.push('0');
  const version = parseVersion(parts.join('.') + more.join(''));
  return typeof version === 'string' ? undefined : version;
}

/** The spec of a lease that is made for the elected candidate. */
export const firstSpec = (
  { strategy, holder }: Extract<Step, { step: 'elect' }>,
  now: number,
): LeaseSpec => ({
  strategy,
  leaseDurationSeconds: LEASE_SECONDS,
  renewTime: rfc3339Micro(now),
  ...(holder !== undefined && { holderIdentity: holder }),
});

/** The spec of a lease that is there; undefined when nothing changes. A holder that lives is only told who is better. */
export function changedSpec(
  { spec = {} }: Readonly<Lease>,
  { strategy, holder }: Extract<Step, { step: 'elect' }>,
  now: number,
  isExpired = isLeaseExpired({ spec } as Lease, now),
): LeaseSpec | undefined {
  const isOther = holder !== undefined && holder !== spec.holderIdentity;
  if (isOther && (isExpired || !spec.holderIdentity)) {
    const { preferredHolder: _preferred, acquireTime: _acquired, ...rest } = spec;
    return {
      ...rest,
      strategy,
      holderIdentity: holder,
      renewTime: rfc3339Micro(now),
      leaseDurationSeconds: LEASE_SECONDS,
    };
  }
  const preferred = isOther ? holder : spec.preferredHolder;
  if (spec.strategy === strategy && spec.preferredHolder === preferred) return undefined;
  return { ...spec, strategy, ...(preferred !== undefined && { preferredHolder: preferred }) };
}
