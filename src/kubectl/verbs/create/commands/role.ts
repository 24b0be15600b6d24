// kubectl create role.
import { defineCommand } from '../../../command/command.ts';
import { stringArrayFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { roleOf } from '../objects/roles.ts';
import { lookupOf } from '../resource-lookup.ts';

export default defineCommand({
  use: 'role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  long: 'Create a role with single rule.',
  examples: `# Create a role named pod-reader that allows to get, watch and list pods
kubectl create role pod-reader --verb=get --verb=list --verb=watch --resource=pods

# Create a role for some pods only
kubectl create role pod-reader --verb=get --resource=pods --resource-name=readablepod --resource-name=anotherpod

# Create a role for a resource of an API group
kubectl create role foo --verb=get,list,watch --resource=rs.apps

# Create a role for a subresource
kubectl create role foo --verb=get,list,watch --resource=pods,pods/status`,
  flags: {
    ...createFlags(),
    verb: stringSliceFlag('Verb that applies to the resources contained in the rule'),
    resource: stringSliceFlag('Resource that the rule applies to'),
    'resource-name': stringArrayFlag(
      'Resource in the white list that the rule applies to, repeat this flag for multiple items',
    ),
  },
  async run(context) {
    const { flags, io } = context;
    const place = await placeOf(context);
    requireName(place.name);
    const rule = { verbs: flags.verb, resources: flags.resource, resourceNames: flags['resource-name'] };
    await create(context, await roleOf(place, rule, lookupOf(context), io.err));
  },
});
