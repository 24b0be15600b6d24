// The command with which another machine joins, as `tiphys token create --print-join-command` prints it: server and authority are
// those of the kubeconfig.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Kubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { UserError } from '../progress.ts';
import { caHashOf, certificatesIn } from './ca-hash.ts';

export function joinCommand(config: Kubeconfig, path: string, token: string): string {
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  if (!cluster) throw new UserError(`malformed kubeconfig file: ${path}`);
  const { 'certificate-authority-data': data, 'certificate-authority': file } = cluster;
  const pem = data
    ? Buffer.from(data, 'base64').toString()
    : file && readFileSync(resolve(dirname(path), file), 'utf8');
  if (!pem) throw new UserError('no CA certificates found in kubeconfig');
  const hashes = certificatesIn(pem).map((certificate) => `--ca-hash ${caHashOf(certificate)}`);
  return ['tiphys join', new URL(cluster.server).host, '--token', token, ...hashes].join(' ');
}
