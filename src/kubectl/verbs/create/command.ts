// kubectl create: from files, or by the subcommands that make an object from flags.
import { defineCommand } from '../../command/command.ts';
import { createFlags } from './flags.ts';
import { createSubcommands } from './subcommands.ts';

export default defineCommand({
  use: 'create -f FILENAME',
  long: `Create a resource from a file or from stdin.

JSON and YAML formats are accepted.`,
  examples: `# Create a pod using the data in pod.json
kubectl create -f ./pod.json

# Create a pod based on the JSON passed into stdin
cat pod.json | kubectl create -f -

# Edit the data in registry.yaml in JSON then create the resource using the edited data
kubectl create -f registry.yaml --edit -o json`,
  flags: createFlags,
  subcommands: createSubcommands,
  async run(context) {
    const { createFromFiles } = await import('./from-files.ts');
    await createFromFiles(context);
  },
});
