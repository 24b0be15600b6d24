// Where nodes' pod addresses come from, by the flags of kube-controller-manager.
// Upstream: cmd/kube-controller-manager/app/core.go.
import type { Family } from '../../api/addresses/prefix.ts';
import { NODE_MASKS, prefixesOf, type Ranges, rangesOf } from '../../controllers/node-ipam/plan.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';

export interface NodeRangeFlags {
  readonly allocateNodeCidrs: boolean;
  /** One range, or one of each family with a comma between. */
  readonly clusterCidr?: string;
  readonly nodeCidrMaskSize?: number;
  readonly nodeCidrMaskSizeIpv4?: number;
  readonly nodeCidrMaskSizeIpv6?: number;
}

/** Undefined when nodes get no ranges. Throws a UserError in upstream's words for flags that are wrong. */
export function nodeRanges(flags: NodeRangeFlags): Ranges | undefined {
  if (!flags.allocateNodeCidrs) return undefined;
  const { clusterCidr } = flags;
  if (!clusterCidr) throw new UserError('--allocate-node-cidrs needs --cluster-cidr');
  try {
    return rangesOf(
      clusterCidr,
      masksOf(
        flags,
        prefixesOf(clusterCidr).map(({ family }) => family),
      ),
    );
  } catch (error) {
    throw new UserError(`--cluster-cidr ${clusterCidr}: ${messageOf(error)}`);
  }
}

/** 0 stands for a flag that is not set. */
function masksOf(flags: NodeRangeFlags, families: readonly Family[]): Readonly<Record<Family, number>> {
  const { nodeCidrMaskSize: one = 0, nodeCidrMaskSizeIpv4: ipv4 = 0, nodeCidrMaskSizeIpv6: ipv6 = 0 } = flags;
  const masks = { IPv4: ipv4 || NODE_MASKS.IPv4, IPv6: ipv6 || NODE_MASKS.IPv6 };
  if (families.length > 1) {
    if (one) throw new Error('usage of --node-cidr-mask-size is not allowed with dual-stack clusters');
    return masks;
  }
  if (one && (ipv4 || ipv6))
    throw new Error(
      'usage of --node-cidr-mask-size-ipv4 and --node-cidr-mask-size-ipv6 is not allowed if --node-cidr-mask-size is set. For dual-stack clusters please unset it and use IPFamily specific flags',
    );
  if (one) return { IPv4: one, IPv6: one };
  const [family] = families;
  if (ipv4 && family === 'IPv6')
    throw new Error('usage of --node-cidr-mask-size-ipv4 is not allowed for a single-stack IPv6 cluster');
  if (ipv6 && family === 'IPv4')
    throw new Error('usage of --node-cidr-mask-size-ipv6 is not allowed for a single-stack IPv4 cluster');
  return masks;
}
