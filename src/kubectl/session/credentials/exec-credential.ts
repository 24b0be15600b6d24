// Runs a credential plugin (client.authentication.k8s.io) and reads what it prints. Called by target.ts.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { ExecConfig, KubeconfigCluster } from '../../../client/kubeconfig/kubeconfig.ts';
import type { Io } from '../../io/io.ts';

export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

/** Bytes that a plugin may print. */
const MOST = 4 << 20;

export async function execCredential(
  exec: ExecConfig,
  cluster: KubeconfigCluster,
  io: Io,
  stdinTaken = false,
): Promise<ExecCredential> {
  const unavailable = stdinTaken
    ? 'standard input is unavailable: used by stdin resource manifest reader'
    : io.terminal?.stdinIsTty
      ? undefined
      : 'standard input is not a terminal';
  if (exec.interactiveMode === 'Always' && unavailable)
    throw new Error(`getting credentials: exec plugin cannot support interactive mode: ${unavailable}`);
  const interactive = exec.interactiveMode !== 'Never' && !unavailable;
  const info = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive, ...(exec.provideClusterInfo && { cluster: clusterInfo(cluster, io.cwd) }) },
  };
  const env = { ...io.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) } as Record<string, string>;
  for (const { name, value } of exec.env ?? []) env[name] = value;
  const command =
    exec.command.includes('/') && !isAbsolute(exec.command) ? resolve(io.cwd, exec.command) : exec.command;
  const printed = await run(
    command,
    exec.args ?? [],
    { env, cwd: io.cwd, interactive, hint: exec.installHint ?? '' },
    io,
  );
  return credentialOf(printed, exec);
}

function clusterInfo(cluster: KubeconfigCluster, cwd: string): object {
  const file = cluster['certificate-authority'];
  const data =
    cluster['certificate-authority-data'] ?? (file && readFileSync(resolve(cwd, file)).toString('base64'));
  return {
    server: cluster.server,
    ...(cluster['tls-server-name'] && { 'tls-server-name': cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] && { 'insecure-skip-tls-verify': true }),
    ...(data && { 'certificate-authority-data': data }),
    ...(cluster['proxy-url'] && { 'proxy-url': cluster['proxy-url'] }),
    config:
      cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension ?? null,
  };
}

interface RunOptions {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly interactive: boolean;
  readonly hint: string;
}

function run(command: string, args: readonly string[], options: RunOptions, io: Io): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [options.interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      env: options.env,
      cwd: options.cwd,
      signal: io.signal,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => io.err(chunk.toString()));
    const failed = (why: string) =>
      reject(new Error(`getting credentials: exec: ${why}${options.hint ? `\n\n${options.hint}` : ''}`));
    child.on('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ENOENT' ? `executable ${command} not found` : error.message),
    );
    child.on('close', (code) =>
      code === 0
        ? resolve(Buffer.concat(chunks).toString())
        : failed(`executable ${command} failed with exit code ${code ?? 1}`),
    );
  });
}

function credentialOf(printed: string, exec: ExecConfig): ExecCredential {
  let parsed: { kind?: string; apiVersion?: string; status?: ExecCredential } | null;
  try {
    parsed = JSON.parse(printed) as typeof parsed;
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${(error as Error).message}`;
    throw new Error(`getting credentials: decoding stdout: ${why}`);
  }
  if (parsed?.apiVersion !== exec.apiVersion)
    throw new Error(
      `getting credentials: exec plugin is configured to use API version ${exec.apiVersion}, plugin returned version ${parsed?.apiVersion ?? ''}`,
    );
  const status = parsed?.status;
  if (!status) throw new Error("getting credentials: exec plugin didn't return a status field");
  if (!status.token && !status.clientCertificateData && !status.clientKeyData)
    throw new Error("getting credentials: exec plugin didn't return a token or cert/key pair");
  if (Boolean(status.clientCertificateData) !== Boolean(status.clientKeyData))
    throw new Error('getting credentials: exec plugin returned only certificate or key, not both');
  return status;
}
