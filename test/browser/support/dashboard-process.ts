// `tiphys dashboard` as a process of its own, as users start it; and codes for more logins.
import { spawn } from 'node:child_process';
import { repository } from '../../support/cluster.ts';

export interface DashboardProcess {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** The address that logs in, once. */
  readonly url: string;
  stop(): Promise<void>;
}

export function startDashboard(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<DashboardProcess> {
  // It ends with the test, also when that is killed.
  const command = ['--pdeathsig', 'TERM', `${repository}bin/tiphys`];
  const child = spawn('setpriv', [...command, 'dashboard', '--no-open', '-o', 'json', ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return new Promise((resolve, reject) => {
    let printed = '';
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk;
      if (!printed.endsWith('\n')) return;
      const { url } = JSON.parse(printed) as { url: string };
      resolve({ url, origin: new URL(url).origin, stop });
    });
    void ended.then(() => reject(new Error(`tiphys dashboard ended: ${errors}`)));
  });
}
