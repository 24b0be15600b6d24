// kubectl create rolebinding.
import { defineCommand } from '../../../command/command.ts';
import { stringArrayFlag, stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { roleBindingOf } from '../objects/bindings.ts';

export default defineCommand({
  use: 'rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Create a role binding for a particular role or cluster role.',
  examples: `# Create a role binding for user1, user2, and group1 using the admin cluster role
kubectl create rolebinding admin --clusterrole=admin --user=user1 --user=user2 --group=group1

# Create a role binding for service account monitoring:sa-dev using the admin role
kubectl create rolebinding admin-binding --role=admin --serviceaccount=monitoring:sa-dev`,
  flags: {
    ...createFlags(),
    clusterrole: stringFlag('', 'ClusterRole this RoleBinding should reference'),
    role: stringFlag('', 'Role this RoleBinding should reference'),
    user: stringArrayFlag('Usernames to bind to the role. The flag can be repeated to add multiple users.'),
    group: stringArrayFlag('Groups to bind to the role. The flag can be repeated to add multiple groups.'),
    serviceaccount: stringArrayFlag(
      'Service accounts to bind to the role, in the format <namespace>:<name>. The flag can be repeated to add multiple service accounts.',
    ),
  },
  async run(context) {
    const { clusterrole: clusterRole, role, user, group, serviceaccount } = context.flags;
    const place = await placeOf(context);
    requireName(place.name);
    const subjects = { users: user, groups: group, serviceAccounts: serviceaccount };
    const made = roleBindingOf(place, { clusterRole, role, ...subjects });
    await create(context, made, 'failed to create rolebinding: ');
  },
});
