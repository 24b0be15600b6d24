// What `tiphys server token` prints: the command with which another machine becomes a server of this one's cluster.
import { X509Certificate } from 'node:crypto';
import { connectionOf } from '../../../client/kubeconfig/connection.ts';
import { readKubeconfig } from '../../../client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../../client/transport/https-transport.ts';
import { systemClock } from '../../../kit/clock.ts';
import { systemRandom } from '../../../kit/random.ts';
import { UserError } from '../../progress.ts';
import { clusterPaths } from '../../state/paths.ts';
import { administratorFile } from '../kubeconfigs.ts';
import { readSavedServer } from '../saved-server.ts';
import { readFiles } from './bundle.ts';
import { offerServer } from './offer.ts';

export interface PrintedOffer {
  readonly server: string;
  readonly token: string;
  readonly caHash: string;
  readonly certificateKey: string;
  /** The whole command. What is secret stands in its environment, which other users of that machine do not see. */
  readonly command: string;
}

/** `ttl` in milliseconds. */
export async function printedOffer(dataDir: string, ttl: number): Promise<PrintedOffer> {
  const saved = readSavedServer(dataDir);
  if (!saved) throw new UserError(`${dataDir}: there is no server; --data-dir says where it is`);
  if (saved.engine === 'embedded')
    throw new UserError(
      'this server has the embedded store: start it once with --cluster-init, which moves its data to etcd',
    );
  const files = readFiles(clusterPaths(dataDir).pki);
  const { serviceCidrs, clusterCidrs, members = [] } = saved;
  const connection = connectionOf(readKubeconfig(administratorFile(dataDir)));
  const transport = new HttpsTransport({ ...connection, clock: systemClock });
  try {
    const offer = await offerServer({
      client: new RestClient({ transport, fieldManager: 'tiphys' }),
      bundle: { files, serviceCidrs, clusterCidrs, members },
      ca: new X509Certificate(files['ca.crt']!),
      ttl,
      clock: systemClock,
      random: systemRandom,
    });
    const { server } = connection;
    const secrets = `TIPHYS_TOKEN=${offer.token} TIPHYS_CERTIFICATE_KEY=${offer.certificateKey}`;
    return {
      server,
      ...offer,
      command: `${secrets} tiphys server --server ${server} --ca-hash ${offer.caHash}`,
    };
  } finally {
    transport.close();
  }
}
