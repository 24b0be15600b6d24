// Creations a second at a server of ours and at another program's, over the same etcd of three members, in turns: a machine that is busy
// or slow is so for both. The other one is a kube-apiserver that is found at $KUBE_APISERVER. Called by ../ha.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '../../test/robustness/traffic/connection.ts';
import { EtcdServers, freePort } from '../../test/support/etcd-servers/etcd-servers.ts';
import { eventually } from '../../test/support/eventually.ts';
import { figure, median } from '../support/figure.ts';
import { creations, tokenOf } from './store.ts';

const TURNS = 5;
const LOADS = [
  { connections: 1, requests: 500 },
  { connections: 64, requests: 5_000 },
];

export async function besideFigures(program: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-ha-'));
  mkdirSync(join(directory, 'data'));
  const servers = await EtcdServers.start({ directory: join(directory, 'data'), servers: 1 });
  const address = { host: '127.0.0.1', port: await freePort() };
  const other = otherServer(program, join(directory, 'data/pki'), servers.etcd.urls, address);
  try {
    await ready(servers, address);
    const admin = servers.connect(() => servers.addressOf(0));
    const token = await tokenOf(admin);
    admin.close();
    const both = [
      ['tiphys', servers.addressOf(0)],
      ['kube-apiserver', address],
    ] as const;
    for (const [, at] of both) await creations(at, token, { connections: 16, requests: 3_000 });
    for (const load of LOADS) {
      const rates = { tiphys: [] as number[], 'kube-apiserver': [] as number[] };
      for (let turn = 0; turn < TURNS; turn++)
        for (const [name, at] of both) rates[name].push(await creations(at, token, load));
      for (const [name] of both)
        figure(`ha.${name}.create_c${load.connections}`, median(rates[name]), 'req/s');
      const ratios = rates.tiphys.map((rate, turn) => rate / rates['kube-apiserver'][turn]!);
      figure(`ha.create_c${load.connections}_ratio`, median(ratios), 'times');
    }
  } finally {
    other.kill('SIGKILL');
    await servers.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** It has the certificates of ours, and does not outlive this process. */
function otherServer(
  program: string,
  pki: string,
  etcd: readonly string[],
  { host, port }: Address,
): ChildProcess {
  const flags = {
    'etcd-servers': etcd.join(','),
    'bind-address': host,
    'secure-port': port,
    'client-ca-file': join(pki, 'ca.crt'),
    'tls-cert-file': join(pki, 'apiserver.crt'),
    'tls-private-key-file': join(pki, 'apiserver.key'),
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': join(pki, 'sa.pub'),
    'service-account-signing-key-file': join(pki, 'sa.key'),
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'RBAC',
  };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...words], { stdio: 'ignore' });
}

function ready(servers: EtcdServers, address: Address): Promise<boolean> {
  const connection = servers.connect(() => address);
  const probe = async () => (await connection.call({ method: 'GET', path: '/readyz' })).status === 200;
  return eventually('the other server is ready', probe, 60_000).finally(() => connection.close());
}
