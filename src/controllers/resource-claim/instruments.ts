// Metrics of the controller. Upstream: pkg/controller/resourceclaim/metrics.
import { EXTENDED_RESOURCE_ANNOTATION, POD_CLAIM_ANNOTATION } from '../../api/devices/pod-claims.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { type Counter, MetricsRegistry, type Sample } from '../../kit/metrics.ts';
import { wantsAdminAccess } from './plan.ts';

type Claim = Readonly<ResourceClaim>;

export class ClaimInstruments {
  readonly #creates: Counter;

  constructor(registry = new MetricsRegistry(), claims: () => readonly Claim[]) {
    const prefix = 'resourceclaim_controller';
    this.#creates = registry.counter(
      `${prefix}_creates_total`,
      'Number of ResourceClaims creation requests, categorized by creation status and admin access',
    );
    registry.computed(
      `${prefix}_resource_claims`,
      'gauge',
      'Number of ResourceClaims, categorized by allocation status, admin access, and source.',
      () => samplesOf(claims()),
    );
  }

  created(claim: Claim, status: 'success' | 'failure'): void {
    this.#creates.add({ status, admin_access: String(wantsAdminAccess(claim)) });
  }
}

function sourceOf({ metadata }: Claim): string {
  if (metadata.annotations?.[EXTENDED_RESOURCE_ANNOTATION] === 'true') return 'extended_resource';
  return metadata.annotations?.[POD_CLAIM_ANNOTATION] ? 'resource_claim_template' : '';
}

function samplesOf(claims: readonly Claim[]): Sample[] {
  const counted = new Map<string, [Sample[0], number]>();
  for (const claim of claims) {
    const labels = {
      allocated: String(claim.status?.allocation !== undefined),
      admin_access: String(wantsAdminAccess(claim)),
      source: sourceOf(claim),
    };
    const key = Object.values(labels).join(' ');
    counted.set(key, [labels, (counted.get(key)?.[1] ?? 0) + 1]);
  }
  return [...counted.values()];
}
