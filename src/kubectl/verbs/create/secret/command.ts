// kubectl create secret: a group of commands.
import { defineCommand } from '../../../command/command.ts';

export default defineCommand({
  use: 'secret (docker-registry | generic | tls)',
  long: `Create a secret with specified type.

A docker-registry type secret is for accessing a container registry. A generic type secret indicates an Opaque secret type. A tls type secret holds a TLS certificate and its key.`,
  subcommands: [
    {
      name: 'docker-registry',
      short: 'Create a secret for use with a Docker registry',
      load: () => import('./docker-registry.ts'),
    },
    { name: 'tls', short: 'Create a TLS secret', load: () => import('./tls.ts') },
    {
      name: 'generic',
      short: 'Create a secret from a local file, directory, or literal value',
      load: () => import('./generic.ts'),
    },
  ],
});
