// --service-cluster-ip-range: one range, or one of each family. Throws a UserError in upstream's words for what is wrong.
// Upstream: validateClusterIPFlags in cmd/kube-apiserver/app/options/validation.go.
import { addressOf, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { UserError } from '../progress.ts';

const FLAG = '--service-cluster-ip-range';

/** `advertised`: where nodes and pods find the server. The service `kubernetes` has an address of the first range only. */
export function serviceRanges(text: string, advertised: string): readonly string[] {
  const given = text.split(',').map((part) => part.trim());
  if (given.length > 2) throw new UserError(`${FLAG} must not contain more than two entries`);
  const ranges = given.map((cidr, i) => {
    const prefix = prefixOf(cidr);
    if (!prefix) throw new UserError(`${FLAG}[${i}] is not a valid cidr`);
    return prefix;
  });
  const [first, second] = ranges;
  if (first!.family === second?.family)
    throw new UserError(`${FLAG}[0] and ${FLAG}[1] must be of different IP family`);
  const family = addressOf(advertised)?.family;
  if (family && family !== first!.family)
    throw new UserError(
      `service IP family "${prefixText(first!)}" must match public address family "${advertised}"`,
    );
  return ranges.map(prefixText);
}
