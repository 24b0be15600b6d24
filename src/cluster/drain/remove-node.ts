// Takes a node out of the cluster for good: its pods, its Node object, its lease, and its requests for certificates. Called by
// `tiphys node remove`; what is on the machine itself is for `tiphys reset` there.
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { cordon, dryRunSuffix } from './cordon.ts';
import { type DrainOptions, drain } from './drain.ts';
import type { DrainTools } from './tools.ts';

const LEASES = 'kube-node-lease';

/** Half of it may have been done before: what is gone already is passed over. */
export async function removeNode(name: string, options: DrainOptions, tools: DrainTools): Promise<void> {
  const { client, out, dryRun } = tools;
  const node = await orUndefined(client.get(Node, name));
  if (node) await emptied(node, options, tools);
  if (dryRun === 'none') {
    if (node)
      await orUndefined(client.delete(Node, name, undefined, { preconditions: { uid: uidOf(node) } }));
    await orUndefined(client.delete(Lease, name, LEASES));
    const requests = await removeRequests(name, tools);
    if (!node && requests === 0) throw new Error(`nodes "${name}" not found`);
  }
  out(`node/${name} removed${dryRunSuffix(dryRun)}`);
}

async function emptied(node: Readonly<Node>, options: DrainOptions, tools: DrainTools): Promise<void> {
  const name = nameOf(node);
  if (isNodeReady(node)) {
    await cordon(node, true, tools);
    await drain(name, { ...options, ignoreDaemonsets: true }, tools);
    tools.out(`node/${name} drained${dryRunSuffix(tools.dryRun)}`);
    return;
  }
  // Nobody there ends them: they would be waited for without end, and might still run.
  if (!options.force)
    throw new Error(
      `node "${name}" is not ready, so its pods may still run and nobody ends them: make sure that the machine is off or reset, then use --force`,
    );
  await cordon(node, true, tools);
  await forgetPods(name, tools);
}

/** The machine is known to be off: the pods are not waited for, so that others take their place at once. */
async function forgetPods(name: string, { client, out, dryRun }: DrainTools): Promise<void> {
  const { items } = await client.list(Pod, { fieldSelector: `spec.nodeName=${name}` });
  for (const pod of items) {
    const options = { gracePeriodSeconds: 0, preconditions: { uid: uidOf(pod) } };
    if (dryRun === 'none') await orUndefined(client.delete(Pod, nameOf(pod), namespaceOf(pod), options));
    out(`pod/${nameOf(pod)} deleted${dryRunSuffix(dryRun)}`);
  }
}

/** So that nobody approves one later. A certificate that the node has stays valid until it ends. */
async function removeRequests(name: string, { client }: DrainTools): Promise<number> {
  const { items } = await client.list(CertificateSigningRequest);
  const own = items.filter(({ spec }) => spec?.username === `system:node:${name}`);
  for (const request of own) await orUndefined(client.delete(CertificateSigningRequest, nameOf(request)));
  return own.length;
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}
