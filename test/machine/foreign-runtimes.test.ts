// A runtime that somebody else runs, reached by its socket and by CRI alone: Debian's containerd, and whichever others the
// variable TIPHYS_TEST_RUNTIMES names. Needs root, namespaces and containerd.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runtimeContract } from '../../src/cri/contract/runtime.contract.ts';
import { type ConnectedRuntime, connectRuntime } from '../../src/cri/endpoint/connect.ts';
import { isCriError, type PodSandboxConfig } from '../../src/cri/runtime.ts';
import { systemClock } from '../../src/kit/clock.ts';
import {
  type ForeignRuntime,
  otherRuntimes,
  startForeignRuntime,
} from '../support/runtimes/foreign-runtime.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/containerd');

for (const [index, which] of [{ kind: 'containerd' as const }, ...otherRuntimes()].entries()) {
  const name = `${which.kind} ${'programs' in which ? `of ${which.programs}` : 'of the machine'}`;
  describe(name, { skip: !possible && 'needs root and containerd' }, () => {
    let foreign: ForeignRuntime;
    let connected: ConnectedRuntime;

    before(async () => {
      foreign = await startForeignRuntime(`foreign${index}`, which);
      connected = await connectRuntime({ endpoint: foreign.endpoint, clock: systemClock });
      await connected.runtime.pullImage({ image: foreign.image });
    });

    after(async () => {
      connected?.runtime.close();
      await foreign?.stop();
    });

    const sandbox = (config: PodSandboxConfig): PodSandboxConfig => ({
      ...config,
      logDirectory: join(foreign.directory, 'logs'),
      dnsConfig: {},
      linux: { cgroupParent: `${foreign.cgroupRoot}/pod${config.metadata.uid}` },
    });

    runtimeContract(name, () => ({
      runtime: connected.runtime,
      image: foreign.image,
      sandbox,
      pass: (ms) => systemClock.sleep(ms),
    }));

    test('a runtime that knows who makes cgroups says so', () => {
      const { version, cgroupDriver } = connected;
      const silent = version.runtimeName === 'containerd' && /^v?1\./.test(version.runtimeVersion);
      assert.equal(cgroupDriver, silent ? undefined : 'cgroupfs');
    });

    test('containers run in both OCI runtimes, by the handlers of the configuration', async () => {
      const { runtime } = connected;
      const none = sandbox({ metadata: { name: 'none', uid: 'none', namespace: 'default' } });
      await assert.rejects(runtime.runPodSandbox(none, 'none'), (error) => isCriError(error));
      for (const handler of ['runc', 'crun']) {
        const config = sandbox({ metadata: { name: handler, uid: handler, namespace: 'default' } });
        const box = await runtime.runPodSandbox(config, handler);
        const main = {
          metadata: { name: 'main' },
          image: { image: foreign.image, userSpecifiedImage: foreign.image },
          command: ['sleep', '1000'],
        };
        const id = await runtime.createContainer(box, main, config);
        await runtime.startContainer(id);
        const stats = await runtime.listContainerStats({ podSandboxId: box });
        assert.deepEqual(
          stats.map(({ attributes }) => attributes.id),
          [id],
        );
        await runtime.stopPodSandbox(box);
        await runtime.removePodSandbox(box);
      }
    });
  });
}
