// Which addresses a node that runs alone has, and its pods: by the flags of the kubelet and of kube-proxy, each one value or one of
// each family with a comma between. Throws a UserError for what is wrong with them.
import { addressOf, type Family, prefixOf } from '../../api/addresses/prefix.ts';
import type { NodesOptions } from '../nodes/plan.ts';
import { UserError } from '../progress.ts';

export interface NodeAddressFlags {
  readonly nodeIp?: string;
  readonly podCidr?: string;
  readonly clusterCidr?: string;
}

type Addresses = Pick<NodesOptions, 'families' | 'hostAddresses' | 'podCidrs' | 'clusterCidrs'>;

/** The families are those of the first flag that is given, in its order; IPv4 alone without any. */
export function nodeAddresses({ nodeIp, podCidr, clusterCidr }: NodeAddressFlags): Addresses {
  const ips = listOf('--node-ip', nodeIp, addressOf);
  const pods = listOf('--pod-cidr', podCidr, prefixOf);
  const clusters = listOf('--cluster-cidr', clusterCidr, prefixOf);
  const given = [pods, clusters, ips].find((list) => list.length > 0);
  const families = given?.map(({ family }) => family) ?? ['IPv4'];
  const ordered = (list: readonly Value[]) =>
    families.flatMap((family) => list.filter((value) => value.family === family).map(({ text }) => text));
  if (ips.length > 0 && ordered(ips).length < families.length)
    throw new UserError(`--node-ip ${nodeIp}: give one address of each family that pods have`);
  return {
    families,
    ...(ips.length > 0 && { hostAddresses: ordered(ips) }),
    ...(pods.length > 0 && { podCidrs: ordered(pods) }),
    ...(clusters.length > 0 && { clusterCidrs: ordered(clusters) }),
  };
}

interface Value {
  readonly text: string;
  readonly family: Family;
}

function listOf(
  flag: string,
  given: string | undefined,
  read: (text: string) => { family: Family } | undefined,
): Value[] {
  const values = (given?.split(',') ?? []).map((part) => {
    const text = part.trim();
    const family = read(text)?.family;
    if (!family) throw new UserError(`${flag} ${given}: ${text} is none`);
    return { text, family };
  });
  if (values.length > 2 || (values.length === 2 && values[0]!.family === values[1]!.family))
    throw new UserError(`${flag} ${given}: use one, or one of each family`);
  return values;
}
