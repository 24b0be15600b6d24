// `kubectl kustomize`: prints what a kustomization makes.
import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { JsonObject } from '../../../api/patch/json.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { buildKustomization } from '../../kustomize/build.ts';
import { Resource } from '../../kustomize/resource.ts';
import { isClusterScoped } from '../../kustomize/scope.ts';
import { toYaml } from '../../printers/yaml/write.ts';

export default defineCommand({
  use: 'kustomize DIR [flags]',
  long: `Print the resources that a 'kustomization.yaml' file makes.

The DIR argument is a path to a directory with a 'kustomization.yaml' file; '.' if it is left out.`,
  examples: `# Build the current working directory
kubectl kustomize

# Build some shared configuration directory
kubectl kustomize /home/config/production`,
  flags: {
    'enable-helm': boolFlag(false, 'Enable use of the Helm chart inflator generator.'),
    'load-restrictor': stringFlag(
      'LoadRestrictionsRootOnly',
      "if set to 'LoadRestrictionsNone', local kustomizations may load files from outside their root. This does, however, break the relocatability of the kustomization.",
    ),
    output: stringFlag('', 'If specified, write output to this path.', { short: 'o' }),
    reorder: stringFlag(
      'legacy',
      "Reorder the resources just before output. Use 'legacy' to apply a legacy reordering (Namespaces first, Webhooks last, etc). Use 'none' to suppress a final reordering.",
      { deprecated: "use the new 'sortOptions' field in kustomization.yaml instead." },
    ),
    'enable-managedby-label': boolFlag(false, 'enable adding app.kubernetes.io/managed-by', {
      deprecated:
        'The flag `enable-managedby-label` has been deprecated. Use the `managedByLabel` option in the `buildMetadata` field instead.',
    }),
  },
  async run({ args, flags, io }) {
    if (args.length > 1) throw new Error('specify one path to kustomization.yaml');
    const restrictor = flags['load-restrictor'];
    if (restrictor !== 'LoadRestrictionsRootOnly' && restrictor !== 'LoadRestrictionsNone')
      throw new Error(
        `illegal flag value --load-restrictor ${restrictor}; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]`,
      );
    if (flags.reorder !== 'legacy' && flags.reorder !== 'none')
      throw new Error(`illegal flag value --reorder ${flags.reorder}; legal values: [legacy none]`);
    if (flags['enable-helm']) throw new Error('Helm charts are not supported');
    const objects = await buildKustomization(args[0] ?? '.', {
      cwd: io.cwd,
      warn: (text) => io.err(`${text}\n`),
      anywhere: restrictor === 'LoadRestrictionsNone',
      order: flags.reorder === 'none' ? 'fifo' : 'legacy',
      managedBy: flags['enable-managedby-label'],
    });
    const path = flags.output && resolve(io.cwd, flags.output);
    if (path && (await isDirectory(path))) {
      await writeEach(path, objects);
      return;
    }
    const text = objects.map(toYaml).join('---\n');
    if (path) await writeFile(path, text);
    else io.out(text);
  },
});

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** A file for each object; its name begins with the namespace when there are several. */
async function writeEach(folder: string, objects: readonly JsonObject[]): Promise<void> {
  const resources = objects.map((object) => new Resource(object));
  const namespaceOf = (resource: Resource) =>
    isClusterScoped(resource.id.group, resource.id.version, resource.id.kind)
      ? ''
      : resource.namespace || 'default';
  const isDivided = new Set(resources.map(namespaceOf).filter((namespace) => namespace !== '')).size > 1;
  for (const resource of resources) {
    const { group, version, kind, name } = resource.id;
    const namespace = isDivided ? namespaceOf(resource) : '';
    const parts = [namespace, group, version, kind, name].filter((part) => part !== '');
    await writeFile(join(folder, `${parts.join('_').toLowerCase()}.yaml`), toYaml(resource.object));
  }
}
