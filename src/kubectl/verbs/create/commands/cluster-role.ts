// kubectl create clusterrole.
import { defineCommand } from '../../../command/command.ts';
import { type Flag, stringArrayFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, nameOf, requireName } from '../create-verb.ts';
import { clusterRoleOf } from '../objects/roles.ts';
import { lookupOf } from '../resource-lookup.ts';

/** `key=value,…`; given again, it adds. */
const mapFlag = (usage: string): Flag<Readonly<Record<string, string>>> => ({
  type: 'mapStringString',
  usage,
  initial: {},
  shown: '',
  read: (text, before = {}) => ({ ...before, ...Object.fromEntries(text.split(',').flatMap(pairOf)) }),
});

function pairOf(text: string): [string, string][] {
  if (text === '') return [];
  const at = text.indexOf('=');
  if (at < 0) throw new Error(`malformed pair, expect string=string`);
  return [[text.slice(0, at).trim(), text.slice(at + 1).trim()]];
}

export default defineCommand({
  use: 'clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  long: 'Create a cluster role.',
  examples: `# Create a cluster role named pod-reader that allows to get, watch and list pods
kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

# Create a cluster role for a URL that is no resource
kubectl create clusterrole foo --verb=get --non-resource-url=/logs/*

# Create a cluster role that takes its rules from others
kubectl create clusterrole monitoring --aggregation-rule="rbac.example.com/aggregate-to-monitoring=true"`,
  flags: {
    ...createFlags(),
    verb: stringSliceFlag('Verb that applies to the resources contained in the rule'),
    'non-resource-url': stringSliceFlag('A partial url that user should have access to.'),
    resource: stringSliceFlag('Resource that the rule applies to'),
    'resource-name': stringArrayFlag(
      'Resource in the white list that the rule applies to, repeat this flag for multiple items',
    ),
    'aggregation-rule': mapFlag('An aggregation label selector for combining ClusterRoles.'),
  },
  async run(context) {
    const { flags, io } = context;
    const rule = {
      verbs: flags.verb,
      resources: flags.resource,
      resourceNames: flags['resource-name'],
      nonResourceURLs: flags['non-resource-url'],
      aggregationRule: flags['aggregation-rule'],
    };
    const name = requireName(nameOf(context));
    await create(context, await clusterRoleOf(name, rule, lookupOf(context), io.err));
  },
});
