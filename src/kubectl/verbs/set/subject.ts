// kubectl set subject.
import type { Subject } from '../../../api/kinds/rbac/v1/policy.ts';
import { ALL_AND_SELECTOR, filesOf, LOCAL_AND_SERVER, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf, labelSelectorFlag } from '../../command/common-flags.ts';
import { stringArrayFlag } from '../../command/flag.ts';
import type { KubeObject } from '../../resources/object.ts';
import { LOCAL_RESOURCES, setFlags, setOn } from './set-verb.ts';
import { checkSubjects, subjectsOf, withSubjects } from './subjects.ts';

export default defineCommand({
  use: 'subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  long: 'Update the user, group, or service account in a role binding or cluster role binding.',
  examples: `# Update a cluster role binding for serviceaccount1
kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1

# Update a role binding for user1, user2, and group1
kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1

# Print the result (in YAML format) of updating rolebinding subjects from a local, without hitting the server
kubectl create rolebinding admin --role=admin --user=admin -o yaml --dry-run=client | kubectl set subject --local -f - --user=foo -o yaml`,
  flags: {
    ...setFlags('set subject'),
    selector: labelSelectorFlag(),
    user: stringArrayFlag('Usernames to bind to the role'),
    group: stringArrayFlag('Groups to bind to the role'),
    serviceaccount: stringArrayFlag('Service accounts to bind to the role'),
  },
  async run(context) {
    const { flags, io, args, session } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    if (flags.local && args.length > 0) throw new Error(LOCAL_RESOURCES);
    const query = flags.local
      ? { local: true }
      : { args, all: flags.all, labelSelector: flags.selector, latest: true };
    const infos = await (await targetsOf(context, { ...filesOf(flags), ...query })).infos();
    if (flags.local && dryRun === 'server') throw new Error(LOCAL_AND_SERVER);
    if (flags.all && flags.selector !== '') throw new Error(ALL_AND_SELECTOR);
    const subjects = { users: flags.user, groups: flags.group, serviceAccounts: flags.serviceaccount };
    checkSubjects(
      subjects,
      infos.some(({ object }) => object.kind === 'ClusterRoleBinding'),
    );
    const { namespace } = await session.namespace();
    const words = {
      operation: 'subjects updated',
      failed: 'failed to patch subjects to rolebinding: ',
    };
    await setOn(context, infos, words, dryRun, (object) =>
      withAdded(object, subjectsOf(subjects, namespace)),
    );
  },
});

function withAdded(object: KubeObject, added: readonly Subject[]): KubeObject | undefined {
  if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding')
    throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
  const subjects = withSubjects((object.subjects ?? []) as readonly Subject[], added);
  return subjects && { ...object, subjects };
}
