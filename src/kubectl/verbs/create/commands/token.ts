// kubectl create token: asks for a token of a ServiceAccount, and prints it.

import { completesNames } from '../../../changes/complete.ts';
import { printerFor } from '../../../changes/printing.ts';
import { defineCommand } from '../../../command/command.ts';
import { durationFlag, stringArrayFlag, stringFlag } from '../../../command/flag.ts';
import { plainText } from '../../../errors/text.ts';
import { printFlags } from '../../../printers/print-flags.ts';
import { nameOf } from '../create-verb.ts';
import { tokenRequestOf } from '../objects/token.ts';

interface TokenAnswer {
  readonly status?: { readonly token?: string };
}

export default defineCommand({
  use: 'token SERVICE_ACCOUNT_NAME',
  long: 'Request a service account token.',
  examples: `# Request a token to authenticate as the service account "myapp" of the current namespace
kubectl create token myapp

# Request a token that expires
kubectl create token myapp --duration 10m

# Request a token for an audience
kubectl create token myapp --audience https://example.com

# Request a token that ends with a Secret
kubectl create token myapp --bound-object-kind Secret --bound-object-name mysecret`,
  flags: {
    ...printFlags,
    audience: stringArrayFlag(
      'Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server. May be repeated to request a token valid for multiple audiences.',
    ),
    duration: durationFlag(
      0,
      '0s',
      'Requested lifetime of the issued token. If not set or if set to 0, the lifetime will be determined by the server automatically. The server may return a token with a longer or shorter lifetime.',
    ),
    'bound-object-kind': stringFlag(
      '',
      'Kind of an object to bind the token to. Supported kinds are Node, Pod, Secret. If set, --bound-object-name must be provided.',
    ),
    'bound-object-name': stringFlag(
      '',
      'Name of an object to bind the token to. The token will expire when the object is deleted. Requires --bound-object-kind.',
    ),
    'bound-object-uid': stringFlag(
      '',
      'UID of an object to bind the token to. Requires --bound-object-kind and --bound-object-name. If unset, the UID of the existing object is used.',
    ),
  },
  complete: completesNames('serviceaccount'),
  async run(context) {
    const { flags, session, io } = context;
    const name = nameOf(context);
    const { namespace } = await session.namespace();
    const print = await printerFor(context, 'created');
    if (name === '') throw new Error('service account name is required');
    const request = tokenRequestOf({
      audiences: flags.audience,
      durationMs: flags.duration,
      boundKind: flags['bound-object-kind'],
      boundName: flags['bound-object-name'],
      boundUid: flags['bound-object-uid'],
    });
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`;
    const answer = await session
      .json<TokenAnswer & Record<string, unknown>>({ method: 'POST', path, body: request })
      .catch((cause: unknown) => {
        throw new Error(`failed to create token: ${plainText(cause)}`, { cause });
      });
    const token = answer.status?.token;
    if (!token) throw new Error('failed to create token: no token in server response');
    if (flags.output !== '' || flags.template !== '') print(answer);
    else io.out(io.terminal?.stdoutIsTty ? `${token}\n` : token);
  },
});
