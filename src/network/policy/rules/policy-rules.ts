// The nft rules of one policy in one direction, and the sets that they name. Pure; called by model.ts.
// Every rule exists twice: for the packets of whoever opened a connection, and, mirrored, for the replies. So a connection that a
// policy begins to forbid is cut in both directions with the same transaction, and no flow has to be looked for.
import { createHash } from 'node:crypto';
import type {
  CompiledPolicy,
  Direction,
  PeerSelector,
  PortName,
  Rule,
} from '../../../api/network-policies/compile.ts';
import {
  addressRangeText,
  isEverything,
  merged,
  portRangeText,
} from '../../../api/network-policies/ranges.ts';
import type { Family } from './family.ts';

/** A set that rules name. Its name follows from what it selects, so that rules which select the same share it. */
export type SetSpec = { readonly name: string; readonly type: string } & (
  | { readonly kind: 'peers'; readonly selector: PeerSelector }
  | { readonly kind: 'named'; readonly port: PortName }
  | { readonly kind: 'fixed'; readonly elements: readonly string[] }
);

/** Packets of whoever opened the connection, or the answers. */
export type Flow = 'there' | 'back';
export const FLOWS = ['there', 'back'] as const;

export interface PolicyRules {
  readonly sets: readonly SetSpec[];
  readonly chains: Readonly<Record<Flow, readonly string[]>>;
}

interface Fields {
  /** Where the packet has the peer's address, the address of the connection's destination, and the destination's port. */
  readonly peer: string;
  readonly target: string;
  readonly port: string;
}

const FIELDS: Readonly<Record<Direction, Readonly<Record<Flow, Fields>>>> = {
  egress: {
    there: { peer: 'daddr', target: 'daddr', port: 'dport' },
    back: { peer: 'saddr', target: 'saddr', port: 'sport' },
  },
  ingress: {
    there: { peer: 'saddr', target: 'daddr', port: 'dport' },
    back: { peer: 'daddr', target: 'saddr', port: 'sport' },
  },
};

/** A part of a rule: its text depends on the flow. */
type Match = (fields: Fields) => string;
const anything: Match = () => '';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

export const chainOf = (direction: Direction, flow: Flow, what: 'policy' | 'pods', id: string): string =>
  `${what}-${direction}-${flow}-${id}`;

export function rulesOf(policy: CompiledPolicy, direction: Direction, family: Family): PolicyRules {
  const sets = new Map<string, SetSpec>();
  const name = (spec: SetSpec) => {
    sets.set(spec.name, spec);
    return `@${spec.name}`;
  };
  const matches = (policy[direction] ?? []).flatMap((rule) => {
    const ports = portMatches(rule, family, name);
    return peerMatches(rule, family, name).flatMap((peer) => ports.map((port) => [peer, port]));
  });
  const chain = (flow: Flow) => {
    const fields = FIELDS[direction][flow];
    const lines = matches.map((parts) => [...parts.map((part) => part(fields)), 'accept']);
    return [...new Set(lines.map((words) => words.filter(Boolean).join(' ')))];
  };
  return { sets: [...sets.values()], chains: { there: chain('there'), back: chain('back') } };
}

function peerMatches({ peers }: Rule, family: Family, name: (spec: SetSpec) => string): Match[] {
  if (!peers) return [anything];
  const { word, address: type } = family;
  const found = peers.selectors.map((selector): Match => {
    const set = name({ kind: 'peers', name: `peers-${digest(identity(selector))}`, type, selector });
    return ({ peer }) => `${word} ${peer} ${set}`;
  });
  const blocks = merged(peers.blocks.filter((block) => block.family === family.name));
  if (blocks.length === 0) return found;
  if (blocks.some((block) => isEverything(family.name, block))) return [anything];
  const elements = blocks.map((block) => addressRangeText(family.name, block));
  const ranges = oneOrSet(elements, 'blocks', `${type}; flags interval`, name);
  return [...found, ({ peer }) => `${word} ${peer} ${ranges}`];
}

function portMatches({ ports }: Rule, { word, address }: Family, name: (spec: SetSpec) => string): Match[] {
  if (!ports) return [anything];
  const found = ports.names.map((port): Match => {
    const set = name({
      kind: 'named',
      name: `named-${digest(`${port.protocol}/${port.name}`)}`,
      type: `${address} . inet_service`,
      port,
    });
    return (at) => `meta l4proto ${port.protocol} ${word} ${at.target} . th ${at.port} ${set}`;
  });
  const [only, ...others] = ports.ranges;
  if (!only) return found;
  if (others.length === 0)
    return [...found, (at) => `meta l4proto ${only.protocol} th ${at.port} ${portRangeText(only)}`];
  const elements = ports.ranges.map((range) => `${range.protocol} . ${portRangeText(range)}`);
  const set = oneOrSet(elements, 'ports', 'inet_proto . inet_service; flags interval', name);
  return [...found, (at) => `meta l4proto . th ${at.port} ${set}`];
}

function oneOrSet(
  elements: readonly string[],
  kind: string,
  type: string,
  name: (spec: SetSpec) => string,
): string {
  const [only] = elements;
  if (elements.length === 1) return only!;
  return name({ kind: 'fixed', name: `${kind}-${digest(elements.join())}`, type, elements });
}

const identity = ({ namespaces, pods }: PeerSelector): string =>
  `${typeof namespaces === 'string' ? `=${namespaces}` : `~${namespaces}`}|${pods}`;
