// The IP families of a service: their defaults, and what the cluster cannot do. Called by service.ts before validation.
// Upstream: initIPFamilyFields in pkg/registry/core/service/storage/alloc.go.
import { addressOf, type Family } from '../../../api/addresses/prefix.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { type FieldError, invalid } from '../../../api/validation/field.ts';
import { addressErrors } from '../../../api/validation/kinds/service/addresses.ts';

type Spec = NonNullable<Service['spec']>;

const same = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  one.length === other.length && one.every((text, i) => text === other[i]);

const isHeadlessWithoutSelector = (spec: Spec): boolean =>
  spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;

/** Sets ipFamilyPolicy and ipFamilies where the user left them out. `configured`: the families of the cluster's ranges, the first of
 *  which is the default. */
export function settleFamilies(
  service: Service,
  old: Service | undefined,
  configured: readonly Family[],
): FieldError[] {
  const { spec } = service;
  if (!spec || spec.type === 'ExternalName') return [];
  const before = old?.spec;
  // A service that prefers two families and does not change is left alone when the cluster's families change.
  if (before && prefersTwo(spec) && prefersTwo(before) && isSame(spec, before)) return [];
  spec.ipFamilyPolicy ??=
    before?.ipFamilyPolicy ?? (isHeadlessWithoutSelector(spec) ? 'RequireDualStack' : 'SingleStack');
  const malformed = addressErrors(spec, before);
  if (malformed.length > 0) return malformed;
  const errors = [
    ...(before ? reductionErrors(spec, before) : []),
    ...singleStackErrors(spec),
    ...infer(spec, configured),
  ];
  if (errors.length > 0) return errors;
  if (isHeadlessWithoutSelector(spec)) {
    // May have families that the cluster does not: its endpoints are not the cluster's.
    spec.ipFamilies = withOther(spec, spec.ipFamilies?.length ? spec.ipFamilies : [configured[0]!], true);
    return [];
  }
  const refused = unconfiguredErrors(spec, configured);
  if (refused.length > 0) return refused;
  spec.ipFamilies = withOther(
    spec,
    spec.ipFamilies?.length ? spec.ipFamilies : [configured[0]!],
    configured.length === 2,
  );
  return [];
}

const prefersTwo = ({ ipFamilyPolicy }: Spec): boolean => ipFamilyPolicy === 'PreferDualStack';

const isSame = (spec: Spec, before: Spec): boolean =>
  spec.type === before.type &&
  same(spec.clusterIPs, before.clusterIPs) &&
  same(spec.ipFamilies, before.ipFamilies);

/** Single stack gives up what was not changed of the second family; otherwise nothing may be given up. */
function reductionErrors(spec: Spec, before: Spec): FieldError[] {
  const path = 'spec.ipFamilyPolicy';
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (same(spec.clusterIPs, before.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
    if (same(spec.ipFamilies, before.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
    return [];
  }
  const reduced = (now: readonly string[] = [], then: readonly string[] = []) =>
    now.length > 0 && now.length < then.length;
  const must = (what: string) =>
    invalid(path, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(reduced(spec.clusterIPs, before.clusterIPs) ? [must('cluster IP')] : []),
    ...(reduced(spec.ipFamilies, before.ipFamilies) ? [must('IP family')] : []),
  ];
}

function singleStackErrors(spec: Spec): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return [];
  const must = (what: string) =>
    invalid(
      'spec.ipFamilyPolicy',
      spec.ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(spec.clusterIPs?.length === 2 ? [must('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [must('IP families')] : []),
  ];
}

/** Families follow from addresses that the user named. */
function infer(spec: Spec, configured: readonly Family[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    const family = addressOf(ip)?.family;
    if (!family || i < (spec.ipFamilies?.length ?? 0)) continue;
    if (configured.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else
      errors.push(
        invalid(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`),
      );
  }
  return errors;
}

function unconfiguredErrors(spec: Spec, configured: readonly string[]): FieldError[] {
  const single = spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2;
  const unknown = (spec.ipFamilies ?? []).flatMap((family, i) =>
    configured.includes(family)
      ? []
      : [invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')],
  );
  return [
    ...(single
      ? [
          invalid(
            'spec.ipFamilyPolicy',
            spec.ipFamilyPolicy,
            'this cluster is not configured for dual-stack services',
          ),
        ]
      : []),
    ...unknown,
  ];
}

function withOther({ ipFamilyPolicy }: Spec, families: string[], possible: boolean): string[] {
  if (ipFamilyPolicy === 'SingleStack' || families.length !== 1 || !possible) return families;
  return [families[0]!, families[0] === 'IPv4' ? 'IPv6' : 'IPv4'];
}
