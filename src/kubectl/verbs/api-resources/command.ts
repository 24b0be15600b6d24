// `kubectl api-resources`: the resources of the server, of each group those of its preferred version.
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.ts';
import { apiVersionOf, groupResourceOf } from '../../discovery/served.ts';
import { noPrinter, serializedPrinter } from '../../printers/print-flags.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { inOrder, type Listed, preferredResources } from './preferred.ts';

const FORMATS = ['json', 'yaml', 'kyaml', 'name', 'wide'];

export default defineCommand({
  use: 'api-resources [flags]',
  long: 'Print the supported API resources on the server.',
  examples: `# Print the supported API resources
kubectl api-resources

# Print the supported API resources with more information
kubectl api-resources -o wide

# Print the supported API resources sorted by a column
kubectl api-resources --sort-by=name

# Print the supported namespaced resources
kubectl api-resources --namespaced=true

# Print the supported non-namespaced resources
kubectl api-resources --namespaced=false

# Print the supported API resources with a specific APIGroup
kubectl api-resources --api-group=rbac.authorization.k8s.io`,
  flags: {
    output: stringFlag('', `Output format. One of: (${FORMATS.join(', ')}).`, { short: 'o' }),
    'show-managed-fields': boolFlag(
      false,
      'If true, keep the managedFields when printing objects in JSON or YAML format.',
    ),
    'no-headers': boolFlag(
      false,
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    'api-group': stringFlag('', 'Limit to resources in the specified API group.'),
    namespaced: boolFlag(
      true,
      'If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.',
    ),
    verbs: stringSliceFlag('Limit to resources that support the specified verbs.'),
    'sort-by': stringFlag(
      '',
      "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
    ),
    cached: boolFlag(false, 'Use the cached list of resources if available.'),
    categories: stringSliceFlag('Limit to resources that belong to the specified categories.'),
  },
  async run({ args, flags, changed, io, session, usageError }) {
    if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`);
    const { output } = flags;
    const sortBy = flags['sort-by'];
    if (!['', 'name', 'kind'].includes(sortBy)) throw new Error('--sort-by accepts only name or kind');
    const serialized = await serializedPrinter(output, {
      env: io.env,
      showManagedFields: false,
      keepOrder: true,
    });
    if (!serialized && !['', 'wide', 'name'].includes(output)) throw noPrinter(output, FORMATS);
    const discovery = await session.discovery();
    const served = await (flags.cached ? discovery.served() : discovery.renewed());
    const has = (given: readonly string[], all: readonly string[]) => given.every((one) => all.includes(one));
    const found = preferredResources(served).filter(
      (one) =>
        one.verbs.length > 0 &&
        (!changed('api-group') || one.group === flags['api-group']) &&
        (!changed('namespaced') || one.namespaced === flags.namespaced) &&
        has(flags.verbs, one.verbs) &&
        has(flags.categories, one.categories),
    );
    const ordered = inOrder(found, sortBy);
    if (serialized) serialized.print(documentOf(ordered), { write: (text) => io.out(text) });
    else if (output === 'name') for (const one of ordered) io.out(`${groupResourceOf(one)}\n`);
    else printTable(ordered, output === 'wide', flags['no-headers'], (text) => io.out(text));
    if (served.failures.size > 0) throw incomplete(served.failures);
  },
});

function printTable(
  found: readonly Listed[],
  wide: boolean,
  noHeaders: boolean,
  write: (text: string) => void,
): void {
  const writer = new TabWriter({ write });
  const line = (cells: readonly string[]) => writer.write(`${cells.join('\t')}\n`);
  if (!noHeaders)
    line([
      ...['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'],
      ...(wide ? ['VERBS', 'CATEGORIES'] : []),
    ]);
  for (const one of found)
    line([
      one.resource,
      one.shortNames.join(','),
      apiVersionOf(one),
      String(one.namespaced),
      one.kind,
      ...(wide ? [one.verbs.join(','), one.categories.join(',')] : []),
    ]);
  writer.flush();
}

const documentOf = (found: readonly Listed[]) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: '',
  resources: found.map((one) => ({
    name: one.resource,
    singularName: one.singularName,
    namespaced: one.namespaced,
    ...(one.group && { group: one.group }),
    version: one.version,
    kind: one.kind,
    verbs: one.verbs,
    ...(one.shortNames.length > 0 && { shortNames: one.shortNames }),
    ...(one.categories.length > 0 && { categories: one.categories }),
  })),
});

const incomplete = (failures: ReadonlyMap<string, string>): Error =>
  new Error(
    `unable to retrieve the complete list of server APIs: ${[...failures]
      .map(([groupVersion, why]) => `${groupVersion}: ${why}`)
      .sort()
      .join(', ')}`,
  );
