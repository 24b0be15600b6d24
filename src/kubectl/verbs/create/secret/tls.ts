// kubectl create secret tls.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf } from '../create-verb.ts';
import { tlsSecretOf } from '../objects/secrets.ts';
import { appendHashFlag, FAILED } from './append-hash.ts';

export default defineCommand({
  use: 'tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]',
  long: 'Create a TLS secret from the given public/private key pair. The certificate must be PEM encoded and match the private key.',
  examples: `# Create a TLS secret named tls-secret with the given key pair
kubectl create secret tls tls-secret --cert=path/to/tls.crt --key=path/to/tls.key`,
  flags: {
    ...createFlags(),
    cert: stringFlag('', 'Path to PEM encoded public key certificate.'),
    key: stringFlag('', 'Path to private key associated with given certificate.'),
    'append-hash': appendHashFlag(),
  },
  async run(context) {
    const { cert, key, 'append-hash': appendHash } = context.flags;
    const place = await placeOf(context);
    await create(context, await tlsSecretOf(place, { cert, key, appendHash }, context.io), FAILED);
  },
});
