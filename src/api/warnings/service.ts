// Warnings about Services: what is deprecated or ignored, and addresses in unusual forms. Texts and order follow k8s.io/kubernetes
// pkg/api/service/warnings.go and k8s.io/apimachinery util/validation/ip.go. Called by warnings.ts.
import { addressOf, addressText, prefixText } from '../addresses/prefix.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import {
  legacyCidrComplaints,
  legacyIpComplaints,
  looseAddress,
  looseRange,
  looseRangeAddress,
} from '../validation/addresses.ts';

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

export function serviceWarnings({ metadata, spec = {} }: Service): string[] {
  const { type, clusterIP, clusterIPs = [], externalIPs = [], loadBalancerSourceRanges = [] } = spec;
  const headless = type === 'ClusterIP' && clusterIP === 'None';
  const external = type === 'ExternalName';
  const given = externalIPs.length > 0;
  const when = (is: boolean, says: string): string[] => (is ? [says] : []);
  return [
    ...when(
      metadata.annotations?.[HINTS] !== undefined,
      `annotation ${HINTS} is deprecated, please use ${MODE} instead`,
    ),
    ...clusterIPs.flatMap((ip, i) => (ip === 'None' ? [] : ipWarnings(`spec.clusterIPs[${i}]`, ip))),
    ...when(headless && !!spec.loadBalancerIP, 'spec.loadBalancerIP is ignored for headless services'),
    ...when(headless && given, 'spec.externalIPs is ignored for headless services'),
    ...when(
      headless && spec.sessionAffinity !== 'None',
      'spec.SessionAffinity is ignored for headless services',
    ),
    ...externalIPs.flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...when(
      given && !headless && !external,
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    ),
    ...(spec.loadBalancerIP ? ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP) : []),
    ...loadBalancerSourceRanges.flatMap((cidr, i) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, cidr),
    ),
    ...when(given && external, 'spec.externalIPs is ignored when spec.type is "ExternalName"'),
    ...when(
      !external && !!spec.externalName,
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ),
    ...when(
      spec.trafficDistribution === 'PreferClose',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ),
  ];
}

/** Of what is an address; anything else is refused by validation, or was stored before that. */
function ipWarnings(path: string, value: string): string[] {
  const address = looseAddress(value);
  if (!address) return [];
  const text = addressText(address);
  if (legacyIpComplaints(value).length > 0)
    return [
      `${path}: non-standard IP address ${JSON.stringify(value)} will be considered invalid in a future Kubernetes release: use "${text}"`,
    ];
  return text === value
    ? []
    : [`${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format ("${text}")`];
}

function cidrWarnings(path: string, value: string): string[] {
  const range = looseRange(value);
  if (!range) return [];
  const mapped = range.family === 'IPv6' && range.bits >= 96 && range.network >> 32n === 0xffffn;
  const shown = JSON.stringify(value);
  // As Go shows it: an IPv4-mapped range as that of IPv4.
  const text = mapped
    ? `${addressText({ family: 'IPv4', value: range.network & 0xffffffffn })}/${range.bits - 96}`
    : prefixText(range);
  const address = addressOf(looseRangeAddress(value)!)!;
  const [complaint] = legacyCidrComplaints(value);
  const one = `${addressText(address)}/${range.family === 'IPv4' ? 32 : 128}`;
  if (address.value !== range.network)
    return [`${path}: CIDR value ${shown} is ambiguous in this context (should be "${text}" or "${one}"?)`];
  if (complaint)
    return [
      `${path}: non-standard CIDR value ${shown} will be considered invalid in a future Kubernetes release: use "${text}"`,
    ];
  return text === value
    ? []
    : [`${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format ("${text}")`];
}
