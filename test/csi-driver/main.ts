// A CSI driver for tests, a process of its own: one controller behind two nodes' sockets. Arguments: a directory for its state, its
// name, then for each node `NAME=MOUNT-NAMESPACE=KUBELET-ROOT`. Before a call it looks into the file `faults`: METHOD → `before`
// (refused, nothing done), `after` (carried out, but the caller is told it is unavailable), `crash` (carried out, then the process
// ends without an answer), `hang` (no answer until the caller gives up); each once.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Served } from '../../src/csi/caller.ts';
import { answer, GrpcTestServer, requests } from '../../src/kit/grpc/server.fake.ts';
import { codeOf, GrpcError } from '../../src/kit/grpc/status.ts';
import { getInfo, notifyRegistrationStatus } from '../../src/kubelet/plugin-registry/messages.ts';
import { USUAL_ROOT } from '../../src/kubelet/usual-root.ts';
import { StorageArray } from './array.ts';
import { controllerService, identityService } from './controller-service.ts';
import { nodeService } from './node-service.ts';

type Fault = 'before' | 'after' | 'crash' | 'hang';

const [directory = '', name = '', ...nodes] = process.argv.slice(2);
const data = join(directory, 'data');
const faultsFile = join(directory, 'faults');
mkdirSync(data, { recursive: true });
const array = new StorageArray(join(directory, 'array.json'));

/** The fault of this call, taken out of the file before it has its effect. */
function takeFault(path: string): Fault | undefined {
  if (!existsSync(faultsFile)) return undefined;
  const { [path.split('/')[2]!]: fault, ...rest } = JSON.parse(readFileSync(faultsFile, 'utf8'));
  if (!fault) return undefined;
  writeFileSync(`${faultsFile}.new`, JSON.stringify(rest));
  renameSync(`${faultsFile}.new`, faultsFile);
  return fault;
}

const numberOf = (error: unknown): number =>
  error instanceof GrpcError ? Array.from({ length: 17 }, (_, i) => codeOf(i)).indexOf(error.code) : 13;
const UNAVAILABLE = numberOf(new GrpcError('unavailable', ''));

async function serve(socket: string, methods: readonly Served[]): Promise<void> {
  const byPath = new Map(methods.map((method) => [method.path, method]));
  const server = new GrpcTestServer(async (stream, headers) => {
    const path = String(headers[':path']);
    const [body = Buffer.alloc(0)] = await Array.fromAsync(requests(stream));
    const method = byPath.get(path);
    if (!method) return answer(stream, [], 12, `unknown method ${path}`);
    const fault = takeFault(path);
    if (fault === 'hang') return;
    if (fault === 'before') return answer(stream, [], UNAVAILABLE, 'injected before the call');
    try {
      const reply = await method.serve(body);
      if (fault === 'crash') process.kill(process.pid, 'SIGKILL');
      if (fault === 'after') return answer(stream, [], UNAVAILABLE, 'injected after the call');
      answer(stream, [reply]);
    } catch (error) {
      answer(stream, [], numberOf(error), error instanceof Error ? error.message : String(error));
    }
  });
  rmSync(socket, { force: true });
  await server.listen(socket);
}

for (const text of nodes) {
  const [node = '', namespace = '', root = ''] = text.split('=');
  const plugin = join(root, 'plugins', name);
  mkdirSync(plugin, { recursive: true });
  const enter = ['nsenter', `--mount=${namespace}`, '--'];
  await serve(join(plugin, 'csi.sock'), [
    ...identityService(name),
    ...controllerService(array, data),
    ...nodeService({ array, node, data, enter }),
  ]);
  // As drivers in pods name it.
  const endpoint = join(USUAL_ROOT, 'plugins', name, 'csi.sock');
  await serve(join(root, 'plugins_registry', `${name}-reg.sock`), [
    {
      path: getInfo.path,
      serve: async () =>
        getInfo.response.encode({ type: 'CSIPlugin', name, endpoint, supportedVersions: ['1.0.0'] }),
    },
    {
      path: notifyRegistrationStatus.path,
      serve: async () => notifyRegistrationStatus.response.encode({}),
    },
  ]);
}
console.log('ready');
