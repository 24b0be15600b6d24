// Validates NetworkPolicies.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import { covers } from '../../../addresses/prefix.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../../kinds/networking/v1/network-policy.ts';
import { looseRange, validateNewCIDR } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import { isValidPortNumber } from '../../names.ts';
import { validatePortNumberOrName } from '../../pod/containers/probe.ts';
import type { Rules } from '../../rules.ts';

const protocols = ['TCP', 'UDP', 'SCTP'];
const directions = ['Ingress', 'Egress'];

function portErrors({ port, endPort, protocol }: NetworkPolicyPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol))
    errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  const at = `${path}.endPort`;
  const isNamed = typeof port === 'string';
  if (endPort !== undefined && (port === undefined || isNamed))
    errors.push(
      invalid(
        at,
        endPort,
        `may not be specified when \`port\` is ${isNamed ? 'non-numeric' : 'not specified'}`,
      ),
    );
  if (port === undefined) return errors;
  addAll(errors, validatePortNumberOrName(port, `${path}.port`));
  if (isNamed || endPort === undefined) return errors;
  // As upstream, the value in the message is that of the other field.
  if (endPort < port) errors.push(invalid(at, port, 'must be greater than or equal to `port`'));
  return [...errors, ...complaints(at, endPort, isValidPortNumber(endPort))];
}

function peerErrors(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  path: string,
  known: ReadonlySet<string>,
): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
  ];
  if (ipBlock) addAll(errors, blockErrors(ipBlock, `${path}.ipBlock`, known));
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function blockErrors(
  { cidr, except }: NonNullable<NetworkPolicyPeer['ipBlock']>,
  path: string,
  known: ReadonlySet<string>,
): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const errors = validateNewCIDR(`${path}.cidr`, cidr, known);
  const whole = looseRange(cidr);
  if (!whole) return errors;
  checkItems(errors, except, (text, i) => {
    const at = `${path}.except[${i}]`;
    addAll(errors, validateNewCIDR(at, text, known));
    const part = looseRange(text);
    if (part && (!covers(whole, part) || whole.bits === part.bits))
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'));
  });
  return errors;
}

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
}

/** Upstream's order: that of ports and peers of each rule. */
function ruleErrors({ ports, peers }: Rule, path: string, word: string, known: ReadonlySet<string>) {
  const errors: FieldError[] = [];
  checkItems(errors, ports, (port, i) => {
    addAll(errors, portErrors(port, `${path}.ports[${i}]`));
  });
  checkItems(errors, peers, (peer, i) => {
    addAll(errors, peerErrors(peer, `${path}.${word}[${i}]`, known));
  });
  return errors;
}

function networkPolicy({ spec }: NetworkPolicy, known: ReadonlySet<string>): FieldError[] {
  const errors = validateLabelSelector(spec?.podSelector, 'spec.podSelector');
  checkItems(errors, spec?.ingress, ({ ports, from = [] }, i) => {
    addAll(errors, ruleErrors({ ports, peers: from }, `spec.ingress[${i}]`, 'from', known));
  });
  checkItems(errors, spec?.egress, ({ ports, to = [] }, i) => {
    addAll(errors, ruleErrors({ ports, peers: to }, `spec.egress[${i}]`, 'to', known));
  });
  const types = spec?.policyTypes ?? [];
  if (types.length > directions.length)
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  checkItems(errors, types, (type, i) => {
    if (!directions.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, directions));
  });
  return errors;
}

const rangesOf = (peers: readonly NetworkPolicyPeer[] = []): string[] =>
  peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : []));

/** Rules move when a policy is edited, so a range of the stored policy is allowed in any place. */
const rangesIn = ({ spec }: NetworkPolicy): ReadonlySet<string> =>
  new Set([
    ...(spec?.ingress ?? []).flatMap(({ from }) => rangesOf(from)),
    ...(spec?.egress ?? []).flatMap(({ to }) => rangesOf(to)),
  ]);

export const networkPolicyRules: Rules<NetworkPolicy> = {
  create: (policy) => networkPolicy(policy, new Set()),
  update: (policy, old) => networkPolicy(policy, rangesIn(old)),
};
