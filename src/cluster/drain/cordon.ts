// Keeps new pods from a node, or lets them come again. Called by `tiphys node cordon`, `uncordon` and `drain`.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { DrainTools } from './tools.ts';

/** `unschedulable` is what the node is to be; says what it has become, as kubectl does. */
export async function cordon(
  node: Readonly<Node>,
  unschedulable: boolean,
  { client, out, dryRun }: DrainTools,
): Promise<void> {
  const word = unschedulable ? 'cordoned' : 'uncordoned';
  const suffix = dryRunSuffix(dryRun);
  const name = nameOf(node);
  if ((node.spec?.unschedulable ?? false) === unschedulable)
    return out(`node/${name} already ${word}${suffix}`);
  const patch = { spec: { unschedulable: unschedulable || null } };
  if (dryRun !== 'client')
    await client.patch(Node, name, undefined, 'merge', patch, { dryRun: dryRun === 'server' });
  out(`node/${name} ${word}${suffix}`);
}

export const dryRunSuffix = (dryRun: DrainTools['dryRun']): string =>
  ({ none: '', client: ' (dry run)', server: ' (server dry run)' })[dryRun];
