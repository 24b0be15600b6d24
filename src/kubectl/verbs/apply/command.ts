// kubectl apply.
import { defineCommand } from '../../command/command.ts';
import { flags } from './flags.ts';

export default defineCommand({
  use: 'apply (-f FILENAME | -k DIRECTORY)',
  long: `Apply a configuration to a resource by file name or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet. To use 'apply', always create the resource initially with either 'apply' or 'create --save-config'.

JSON and YAML formats are accepted.

--prune is not yet complete: do not use it unless you know what it does at present.`,
  examples: `# Apply the configuration in pod.json to a pod
kubectl apply -f ./pod.json

# Apply resources from a directory containing kustomization.yaml - e.g. dir/kustomization.yaml
kubectl apply -k dir/

# Apply the JSON passed into stdin to a pod
cat pod.json | kubectl apply -f -

# Apply the configuration in manifest.yaml that matches label app=nginx and delete all other resources that are not in the file and match label app=nginx
kubectl apply --prune -f manifest.yaml -l app=nginx`,
  flags,
  subcommands: [
    {
      name: 'view-last-applied',
      short: 'View the latest last-applied-configuration annotations of a resource/object',
      load: () => import('./view-last-applied.ts'),
    },
    {
      name: 'set-last-applied',
      short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
      load: () => import('./set-last-applied.ts'),
    },
    {
      name: 'edit-last-applied',
      short: 'Edit latest last-applied-configuration annotations of a resource/object',
      load: () => import('./edit-last-applied.ts'),
    },
  ],
  async run(context) {
    const { applyAll } = await import('./apply-all.ts');
    await applyAll(context);
  },
});
