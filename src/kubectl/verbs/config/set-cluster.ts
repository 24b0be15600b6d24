// `kubectl config set-cluster`.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { ConfigStore, type Entry } from './store.ts';

const of = (name: string) => `${name} for the cluster entry in kubeconfig`;

export default defineCommand({
  use: 'set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  long: `Set a cluster entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values for those fields.`,
  examples: `# Set only the server field on the e2e cluster entry without touching other values
kubectl config set-cluster e2e --server=https://1.2.3.4

# Embed certificate authority data for the e2e cluster entry
kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt

# Disable cert checking for the e2e cluster entry
kubectl config set-cluster e2e --insecure-skip-tls-verify=true

# Set the custom TLS server name to use for validation for the e2e cluster entry
kubectl config set-cluster e2e --tls-server-name=my-cluster-name

# Set the proxy URL for the e2e cluster entry
kubectl config set-cluster e2e --proxy-url=https://1.2.3.4`,
  flags: {
    server: stringFlag('', of('server')),
    'tls-server-name': stringFlag('', of('tls-server-name')),
    'insecure-skip-tls-verify': boolFlag(false, of('insecure-skip-tls-verify')),
    'certificate-authority': stringFlag('', of('Path to certificate-authority file')),
    'embed-certs': boolFlag(false, of('embed-certs')),
    'proxy-url': stringFlag('', of('proxy-url')),
  },
  async run({ args, flags, changed, io, session, help }) {
    const [name] = args;
    if (name === undefined || args.length !== 1) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    if (name === '') throw new Error('you must specify a non-empty cluster name');
    const authority = flags['certificate-authority'];
    if (flags['insecure-skip-tls-verify'] && authority)
      throw new Error('you cannot specify a certificate authority and insecure mode at the same time');
    if (flags['embed-certs']) {
      if (!authority) throw new Error('you must specify a --certificate-authority to embed');
      if (!existsSync(resolve(io.cwd, authority)))
        throw new Error(
          `could not stat certificate-authority file ${authority}: stat ${authority}: no such file or directory`,
        );
    }
    const store = new ConfigStore(io, session.flags);
    const cluster: Entry = { ...store.entries('clusters').get(name) };
    if (changed('server')) {
      cluster.server = flags.server;
      delete cluster['tls-server-name'];
    }
    if (changed('tls-server-name')) cluster['tls-server-name'] = flags['tls-server-name'];
    if (changed('insecure-skip-tls-verify')) {
      cluster['insecure-skip-tls-verify'] = flags['insecure-skip-tls-verify'];
      if (flags['insecure-skip-tls-verify']) {
        delete cluster['certificate-authority'];
        delete cluster['certificate-authority-data'];
      }
    }
    if (changed('certificate-authority')) {
      delete cluster['insecure-skip-tls-verify'];
      delete cluster['certificate-authority'];
      delete cluster['certificate-authority-data'];
      const path = resolve(io.cwd, authority);
      if (flags['embed-certs']) cluster['certificate-authority-data'] = readFileSync(path).toString('base64');
      else cluster['certificate-authority'] = path;
    }
    if (changed('proxy-url')) cluster['proxy-url'] = flags['proxy-url'];
    store.put('clusters', name, cluster);
    io.out(`Cluster ${JSON.stringify(name)} set.\n`);
  },
});
