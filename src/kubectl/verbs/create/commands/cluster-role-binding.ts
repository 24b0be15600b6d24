// kubectl create clusterrolebinding.
import { defineCommand } from '../../../command/command.ts';
import { stringArrayFlag, stringFlag } from '../../../command/flag.ts';
import { create, createFlags, nameOf } from '../create-verb.ts';
import { clusterRoleBindingOf } from '../objects/bindings.ts';

export default defineCommand({
  use: 'clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Create a cluster role binding for a particular cluster role.',
  examples: `# Create a cluster role binding for user1, user2, and group1 using the cluster-admin cluster role
kubectl create clusterrolebinding cluster-admin --clusterrole=cluster-admin --user=user1 --user=user2 --group=group1`,
  flags: {
    ...createFlags(),
    clusterrole: stringFlag('', 'ClusterRole this ClusterRoleBinding should reference', { required: true }),
    user: stringArrayFlag(
      'Usernames to bind to the clusterrole. The flag can be repeated to add multiple users.',
    ),
    group: stringArrayFlag(
      'Groups to bind to the clusterrole. The flag can be repeated to add multiple groups.',
    ),
    serviceaccount: stringArrayFlag(
      'Service accounts to bind to the clusterrole, in the format <namespace>:<name>. The flag can be repeated to add multiple service accounts.',
    ),
  },
  async run(context) {
    const { clusterrole, user: users, group: groups, serviceaccount: serviceAccounts } = context.flags;
    const made = clusterRoleBindingOf(nameOf(context), clusterrole, { users, groups, serviceAccounts });
    await create(context, made, 'failed to create clusterrolebinding: ');
  },
});
