// Validates the cluster IPs and IP families of Services, and how they may change.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by service.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ServiceSpec } from '../../../kinds/core/v1/service.ts';
import { isIPv4, validateNewIP } from '../../addresses.ts';
import { checkItems, duplicate, type FieldError, invalid, notSupported, required } from '../../field.ts';

const NONE = 'None';
const IPS = 'spec.clusterIPs';
const FAMILIES = 'spec.ipFamilies';
const POLICY = 'spec.ipFamilyPolicy';
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export const isHeadless = ({ clusterIPs, clusterIP }: ServiceSpec): boolean =>
  clusterIPs?.length ? clusterIPs.length === 1 && clusterIPs[0] === NONE : clusterIP === NONE;

export function addressErrors(spec: ServiceSpec, old?: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const ips = spec.clusterIPs ?? [];
  const wrong = ipErrors(ips, new Set(old?.clusterIPs ?? []));
  const errors = [...firstAddressErrors(spec), ...familyErrors(spec), ...wrong];
  if (ips.length > 2) errors.push(invalid(IPS, ips, 'may only hold up to 2 values'));
  // What follows makes no sense of texts that are no addresses.
  if (wrong.length > 0) return errors;
  if (ips.length > 1 && !isDualStack(ips))
    errors.push(invalid(IPS, ips, 'may specify no more than one IP for each IP family'));
  return isHeadless(spec) ? errors : [...errors, ...mismatches(ips, spec.ipFamilies ?? [])];
}

/** One address has two names, which strategies make equal. */
function firstAddressErrors({ clusterIP, clusterIPs = [] }: ServiceSpec): FieldError[] {
  if (!clusterIP)
    return clusterIPs.length === 0
      ? []
      : [invalid(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified')];
  if (clusterIPs.length === 0) return [required(IPS)];
  return clusterIPs[0] === clusterIP ? [] : [invalid(IPS, clusterIPs, 'first value must match `clusterIP`')];
}

function familyErrors({ ipFamilies, ipFamilyPolicy }: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, ipFamilies, (family, i) => {
    const at = `${FAMILIES}[${i}]`;
    if (family !== 'IPv4' && family !== 'IPv6') errors.push(notSupported(at, family, ['IPv4', 'IPv6']));
    if (seen.has(family)) errors.push(duplicate(at, family));
    seen.add(family);
  });
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy))
    errors.push(notSupported(POLICY, ipFamilyPolicy, policies));
  return errors;
}

function ipErrors(ips: readonly string[], known: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, ips, (ip, i) => {
    if (i > 0 || ip !== NONE) addAll(errors, validateNewIP(`${IPS}[${i}]`, ip, known));
    else if (ips.length > 1) errors.push(invalid(IPS, ips, "'None' must be the first and only value"));
  });
  return errors;
}

const isDualStack = (ips: readonly string[]): boolean => {
  const four = ips.filter(isIPv4).length;
  return four > 0 && four < ips.length;
};

function mismatches(ips: readonly string[], families: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, ips.slice(0, families.length), (ip, i) => {
    const family = isIPv4(ip) ? 'IPv4' : 'IPv6';
    const wanted = families[i];
    if ((wanted === 'IPv4' || wanted === 'IPv6') && wanted !== family)
      errors.push(
        invalid(`${IPS}[${i}]`, ip, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``),
      );
  });
  return errors;
}

const CHANGED = 'may not change once set';

/** What a service has of both families changes only by one being added or given up. */
export function addressUpdateErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const [isNow, wasBefore] = [isHeadless(spec), isHeadless(old)];
  const ips = isNow && wasBefore ? [] : ipUpdateErrors(spec, old);
  return isNow || wasBefore ? ips : [...ips, ...familyUpdateErrors(spec, old)];
}

function ipUpdateErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const [after, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const shown = after.length > 0 ? after : null;
  if (after.length === before.length)
    return before.flatMap((ip, i) => (ip === after[i] ? [] : [invalid(`${IPS}[${i}]`, shown, CHANGED)]));
  if (after.length === 0) return [invalid(`${IPS}[0]`, shown, 'primary clusterIP can not be unset')];
  return [
    ...(before.length > 0 && after[0] !== before[0] ? [invalid(`${IPS}[0]`, shown, CHANGED)] : []),
    ...(before.length > after.length ? releaseErrors(spec, after, 'clusterIP') : []),
  ];
}

function familyUpdateErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const [after, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const at = `${FAMILIES}[0]`;
  if (after.length === before.length)
    return before.flatMap((family, i) => (family === after[i] ? [] : [invalid(at, after, CHANGED)]));
  const isReduced = before.length > after.length;
  return [
    ...(isReduced && !spec.clusterIPs?.length
      ? [invalid(at, spec.ipFamilies ?? null, 'primary ipFamily can not be unset')]
      : []),
    // As upstream, the value in the message is that of the addresses.
    ...(before.length > 0 && after.length > 0 && after[0] !== before[0]
      ? [invalid(at, spec.clusterIPs ?? null, CHANGED)]
      : []),
    ...(isReduced ? releaseErrors(spec, after, 'ipFamily') : []),
  ];
}

const releaseErrors = (
  { ipFamilyPolicy }: ServiceSpec,
  left: readonly string[],
  what: string,
): FieldError[] =>
  left.length === 1 && ipFamilyPolicy !== 'SingleStack'
    ? [invalid(POLICY, ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`)]
    : [];
