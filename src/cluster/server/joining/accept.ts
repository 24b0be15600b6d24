// Takes what `tiphys server token` has offered: finds out whether the server that answers is of the cluster, and only then shows it the
// token. Called by server.ts.
import { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { TOKEN_NAMESPACE } from '../../../api/tokens/bootstrap-token.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../../client/transport/https-transport.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { pinsOf } from '../../join/ca-hash.ts';
import { discover } from '../../join/discovery.ts';
import { textOf, tokenOf } from '../../join/tokens.ts';
import { UserError } from '../../progress.ts';
import { type Bundle, unseal } from './bundle.ts';
import { bundleName } from './offer.ts';

export interface AcceptOptions {
  /** https://HOST:PORT */
  readonly server: string;
  readonly token: string;
  readonly caHashes: readonly string[];
  readonly certificateKey: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function acceptOffer(options: AcceptOptions): Promise<Bundle> {
  const { server, caHashes, certificateKey, clock, log } = options;
  const token = tokenOf(options.token);
  const { ca } = await discover({ servers: [server], token, pins: pinsOf(caHashes), clock, log });
  const transport = new HttpsTransport({ server, ca, token: textOf(token), clock });
  try {
    const client = new RestClient({ transport, clock });
    const { data } = await client.get(Secret, bundleName(token.id), TOKEN_NAMESPACE);
    return unseal(Buffer.from(data?.bundle ?? '', 'base64'), certificateKey);
  } catch (error) {
    if (error instanceof StatusError)
      throw new UserError(
        `the token does not let this machine be a server: ${messageOf(error)}; make one with tiphys server token`,
      );
    throw error;
  } finally {
    transport.close();
  }
}
