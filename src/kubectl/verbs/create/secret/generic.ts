// kubectl create secret generic.
import { defineCommand } from '../../../command/command.ts';
import { stringArrayFlag, stringFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { genericSecretOf } from '../objects/secrets.ts';
import { appendHashFlag, FAILED } from './append-hash.ts';

export default defineCommand({
  use: 'generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  long: `Create a secret based on a file, directory, or specified literal value.

A secret may have one or more key/value pairs. The key of a file is its name unless another one is given. Of a directory, each plain file whose name is a valid key is taken.`,
  examples: `# Create a secret named my-secret with a key for each file in folder bar
kubectl create secret generic my-secret --from-file=path/to/bar

# Create a secret named my-secret with a key of its own for a file
kubectl create secret generic my-secret --from-file=ssh-privatekey=path/to/id_rsa

# Create a secret named my-secret with key1=supersecret and key2=topsecret
kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret

# Create a secret named my-secret from an env file
kubectl create secret generic my-secret --from-env-file=path/to/foo.env`,
  flags: {
    ...createFlags(),
    'from-file': stringSliceFlag(
      'Key files can be specified using their file path, in which case a default name will be given to them, or optionally with a name and file path, in which case the given name will be used.  Specifying a directory will iterate each named file in the directory that is a valid secret key.',
    ),
    'from-literal': stringArrayFlag(
      'Specify a key and literal value to insert in secret (i.e. mykey=somevalue)',
    ),
    'from-env-file': stringSliceFlag(
      'Specify the path to a file to read lines of key=val pairs to create a secret.',
    ),
    type: stringFlag('', 'The type of secret to create'),
    'append-hash': appendHashFlag(),
  },
  async run(context) {
    const { flags, io } = context;
    const place = await placeOf(context);
    requireName(place.name);
    const data = {
      files: flags['from-file'],
      literals: flags['from-literal'],
      envFiles: flags['from-env-file'],
      type: flags.type,
      appendHash: flags['append-hash'],
    };
    await create(context, await genericSecretOf(place, data, io), FAILED);
  },
});
