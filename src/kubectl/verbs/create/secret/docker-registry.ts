// kubectl create secret docker-registry.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf, requireName } from '../create-verb.ts';
import { registrySecretOf } from '../objects/secrets.ts';
import { appendHashFlag, FAILED } from './append-hash.ts';

export default defineCommand({
  use: 'docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  long: `Create a new secret for use with Docker registries.

Nodes use such a secret to pull images for pods. Attach it to the pods' service account, or name it in their imagePullSecrets.`,
  examples: `# Create a secret for a registry
kubectl create secret docker-registry my-secret --docker-server=DOCKER_REGISTRY_SERVER --docker-username=DOCKER_USER --docker-password=DOCKER_PASSWORD --docker-email=DOCKER_EMAIL

# Create a secret from ~/.docker/config.json
kubectl create secret docker-registry my-secret --from-file=path/to/.docker/config.json`,
  flags: {
    ...createFlags(),
    'docker-username': stringFlag('', 'Username for Docker registry authentication'),
    'docker-password': stringFlag('', 'Password for Docker registry authentication'),
    'docker-email': stringFlag('', 'Email for Docker registry'),
    'docker-server': stringFlag('https://index.docker.io/v1/', 'Server location for Docker registry'),
    'append-hash': appendHashFlag(),
    'from-file': stringSliceFlag(
      'Key files can be specified using their file path, in which case a default name of .dockerconfigjson will be given to them, or optionally with a name and file path, in which case the given name will be used. Specifying a directory will iterate each named file in the directory that is a valid secret key. For this command, the key should always be .dockerconfigjson.',
    ),
  },
  async run(context) {
    const { flags, io } = context;
    const place = await placeOf(context);
    requireName(place.name);
    const registry = {
      username: flags['docker-username'],
      password: flags['docker-password'],
      email: flags['docker-email'],
      server: flags['docker-server'],
      files: flags['from-file'],
      appendHash: flags['append-hash'],
    };
    await create(context, await registrySecretOf(place, registry, io), FAILED);
  },
});
