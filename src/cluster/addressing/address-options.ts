// The ranges of addresses that a user chooses for a cluster: what is wrong with them, and whether another cluster of the machine has them.
// Pure; called by options.ts and up.ts.
import {
  type Family,
  overlaps,
  type Prefix,
  prefixOf,
  prefixText,
  widthOf,
} from '../../api/addresses/prefix.ts';
import { NODE_MASKS, rangesOf } from '../../controllers/node-ipam/plan.ts';
import { messageOf } from '../../kit/message-of.ts';
import { planNetworks } from '../nodes/networks.ts';
import { ULA } from './addresses.ts';

export interface AddressOptions {
  /** Of pods' and Services' addresses; the first one is what a Service has that does not ask for another. */
  readonly families: readonly Family[];
  /** One range of each family, in their order; chosen by the cluster's index, and alike for all clusters, when left out. */
  readonly clusterCidrs?: readonly string[];
  readonly serviceCidrs?: readonly string[];
}

const FAMILIES: readonly string[] = ['IPv4', 'IPv6'];

/** As they came from the command line: any texts. Undefined when nothing is wrong. */
export function addressProblem(options: AddressOptions, nodes: number): string | undefined {
  const { families, clusterCidrs = [], serviceCidrs = [] } = options;
  return (
    familiesProblem(families) ??
    listProblem('--cluster-cidr', clusterCidrs, families) ??
    listProblem('--service-cidr', serviceCidrs, families) ??
    sizeProblem(clusterCidrs, serviceCidrs, nodes) ??
    overlapProblem(clusterCidrs, serviceCidrs)
  );
}

function familiesProblem(families: readonly string[]): string | undefined {
  const [first, second, ...more] = families;
  const isKnown = families.every((family) => FAMILIES.includes(family));
  if (isKnown && first !== undefined && first !== second && more.length === 0) return undefined;
  return `--ip-families ${families.join()}: use IPv4, IPv6, IPv4,IPv6 or IPv6,IPv4`;
}

function listProblem(
  flag: string,
  cidrs: readonly string[],
  families: readonly Family[],
): string | undefined {
  const wrong = cidrs.find((cidr) => !prefixOf(cidr));
  if (wrong !== undefined) return `${flag} ${cidrs.join()}: ${wrong} is no range of addresses`;
  const found = cidrs.map((cidr) => prefixOf(cidr)!.family);
  if (cidrs.length === 0 || found.join() === families.join()) return undefined;
  return `${flag} ${cidrs.join()}: give one range of each family, in the order ${families.join()}`;
}

/** Of Services: kube-dns has the tenth address; ranges of IPv6 with more than 64 bits are not allocated from. */
const FEWEST_BITS = 4;
const MOST_BITS = 64;

function sizeProblem(
  clusterCidrs: readonly string[],
  serviceCidrs: readonly string[],
  nodes: number,
): string | undefined {
  for (const cidr of clusterCidrs) {
    const { family, bits } = prefixOf(cidr)!;
    const mask = NODE_MASKS[family];
    if (mask < bits || 2 ** (mask - bits) < nodes)
      return `--cluster-cidr ${cidr}: too small for ${nodes} nodes, each of which has a /${mask}`;
    try {
      rangesOf(cidr);
    } catch (error) {
      return `--cluster-cidr ${cidr}: ${messageOf(error)}`;
    }
  }
  for (const cidr of serviceCidrs) {
    const { family, bits } = prefixOf(cidr)!;
    const free = widthOf(family) - bits;
    if (free < FEWEST_BITS || free > MOST_BITS) return `--service-cidr ${cidr}: use 16 addresses to 2^64`;
  }
  return undefined;
}

/** What all clusters have for their nodes, the real ones and the simulated ones. */
const NODES = ['10.77.0.0/16', `${ULA}:8000::/56`, '100.64.0.0/10', `${ULA}:c000::/51`];

function overlapProblem(
  clusterCidrs: readonly string[],
  serviceCidrs: readonly string[],
): string | undefined {
  const given = [...clusterCidrs, ...serviceCidrs];
  for (const [i, cidr] of given.entries())
    for (const other of [...given.slice(i + 1), ...NODES])
      if (overlaps(prefixOf(cidr)!, prefixOf(other)!)) return `${cidr} overlaps ${other}`;
  return undefined;
}

interface Neighbour {
  readonly name: string;
  readonly index: number;
  readonly clusterCidrs?: readonly string[];
}

/** The pods of two clusters must not have the same addresses: the machine has routes to all of them. */
export function neighbourProblem(
  own: Neighbour & Pick<AddressOptions, 'families'>,
  others: readonly Neighbour[],
): string | undefined {
  const mine = podRanges(own, own.families);
  for (const other of others)
    for (const range of other.name === own.name ? [] : podRanges(other, ['IPv4', 'IPv6'])) {
      const shared = mine.find((one) => overlaps(one, range));
      if (shared)
        return `--cluster-cidr: ${prefixText(shared)} overlaps ${prefixText(range)} of the cluster ${other.name}`;
    }
  return undefined;
}

const podRanges = ({ index, clusterCidrs }: Neighbour, families: readonly Family[]): Prefix[] =>
  (clusterCidrs ?? planNetworks({ index, families }).map(({ clusterCidr }) => clusterCidr)).map(
    (cidr) => prefixOf(cidr)!,
  );
