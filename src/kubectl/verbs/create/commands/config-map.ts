// kubectl create configmap.
import { defineCommand } from '../../../command/command.ts';
import { boolFlag, stringArrayFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { configMapOf } from '../objects/config-map.ts';

export default defineCommand({
  use: 'configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  long: `Create a config map based on a file, directory, or specified literal value.

A config map may have one or more key/value pairs. The key of a file is its name unless another one is given. Of a directory, each plain file whose name is a valid key is taken.`,
  examples: `# Create a config map named my-config with a key for each file in folder bar
kubectl create configmap my-config --from-file=path/to/bar

# Create a config map named my-config with a key of its own for a file
kubectl create configmap my-config --from-file=key1=/path/to/bar/file1.txt

# Create a config map named my-config with key1=config1 and key2=config2
kubectl create configmap my-config --from-literal=key1=config1 --from-literal=key2=config2

# Create a config map named my-config from an env file
kubectl create configmap my-config --from-env-file=path/to/foo.env`,
  flags: {
    ...createFlags(),
    'from-file': stringSliceFlag(
      'Key file can be specified using its file path, in which case file basename will be used as configmap key, or optionally with a key and file path, in which case the given key will be used.  Specifying a directory will iterate each named file in the directory whose basename is a valid configmap key.',
    ),
    'from-literal': stringArrayFlag(
      'Specify a key and literal value to insert in configmap (i.e. mykey=somevalue)',
    ),
    'from-env-file': stringSliceFlag(
      'Specify the path to a file to read lines of key=val pairs to create a configmap.',
    ),
    'append-hash': boolFlag(false, 'Append a hash of the configmap to its name.'),
  },
  async run(context) {
    const { flags, io } = context;
    const place = await placeOf(context);
    requireName(place.name);
    const data = {
      files: flags['from-file'],
      literals: flags['from-literal'],
      envFiles: flags['from-env-file'],
      appendHash: flags['append-hash'],
    };
    await create(context, await configMapOf(place, data, io), 'failed to create configmap: ');
  },
});
