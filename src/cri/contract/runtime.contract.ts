// What every container runtime must do: run for the simulated one in unit tests and for containerd in test/e2e.
// The image must contain sh, sleep, echo, true and false.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContainerRuntime, ContainerStatus, PodSandboxConfig, RuntimeEvent } from '../runtime.ts';
import { isCriError } from '../runtime.ts';

export interface ContractSubject {
  runtime: ContainerRuntime;
  /** An image that is on the node. */
  image: string;
  /** Fills what a sandbox of this runtime needs beyond its metadata. */
  sandbox(config: PodSandboxConfig): PodSandboxConfig;
  /** Lets a little time pass: on a stepped clock or the real one. */
  pass(ms: number): Promise<void>;
}

export function runtimeContract(name: string, subject: () => ContractSubject): void {
  let count = 0;
  const newSandbox = async (labels: Record<string, string> = {}) => {
    const { runtime, sandbox } = subject();
    const uid = `contract-${++count}`;
    const config = sandbox({ metadata: { name: uid, uid, namespace: 'default', attempt: 0 }, labels });
    return { id: await runtime.runPodSandbox(config), config };
  };
  const newContainer = async (
    box: { id: string; config: PodSandboxConfig },
    script: string,
    container = 'c',
  ) => {
    const { runtime, image } = subject();
    const command = script.startsWith('/') ? [script] : ['sh', '-c', script];
    const config = {
      metadata: { name: container, attempt: 0 },
      // Without the name as the user wrote it CRI-O knows nothing to verify.
      image: { image, userSpecifiedImage: image },
      command,
      labels: { container },
    };
    return runtime.createContainer(box.id, config, box.config);
  };
  const until = async (id: string, done: (s: ContainerStatus) => boolean) => {
    for (let i = 0; i < 500; i++) {
      const status = await subject().runtime.containerStatus(id);
      if (done(status)) return status;
      await subject().pass(20);
    }
    throw new Error(`container ${id} does not reach the state`);
  };
  const discard = (box: { id: string }) =>
    subject()
      .runtime.stopPodSandbox(box.id)
      .then(() => subject().runtime.removePodSandbox(box.id));
  /** Waits for a promise while time passes. */
  const meanwhile = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    promise.then(
      () => (settled = true),
      () => (settled = true),
    );
    for (let i = 0; i < 500 && !settled; i++) await subject().pass(20);
    return promise;
  };

  describe(`container runtime contract: ${name}`, () => {
    test('reports its version and that it is ready', async () => {
      const { runtime } = subject();
      assert.equal((await runtime.version()).runtimeApiVersion, 'v1');
      const { conditions } = await runtime.status();
      assert.equal(conditions.find((c) => c.type === 'RuntimeReady')?.status, true);
    });

    test('a sandbox is ready with an address, stops, and is gone after removal', async () => {
      const { runtime } = subject();
      const box = await newSandbox({ app: 'a' });
      const status = await runtime.podSandboxStatus(box.id);
      assert.equal(status.state, 'ready');
      assert.equal(status.metadata.uid, box.config.metadata.uid);
      assert.equal(status.labels.app, 'a');
      assert.match(status.ips[0] ?? '', /^\d+\.\d+\.\d+\.\d+$/);
      await runtime.stopPodSandbox(box.id);
      assert.equal((await runtime.podSandboxStatus(box.id)).state, 'notReady');
      await runtime.removePodSandbox(box.id);
      assert.deepEqual(await runtime.listPodSandboxes({ id: box.id }), []);
    });

    test('stopping and removing may be repeated, and done to ids that never existed', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      for (let i = 0; i < 2; i++) await runtime.stopPodSandbox(box.id);
      for (let i = 0; i < 2; i++) await runtime.removePodSandbox(box.id);
      const never = '0123456789abcdef'.repeat(4);
      await runtime.stopPodSandbox(never);
      await runtime.removePodSandbox(never);
      await runtime.stopContainer(never, 0);
      await runtime.removeContainer(never);
    });

    test('the status of an unknown id is a notFound error', async () => {
      const { runtime } = subject();
      const never = 'fedcba9876543210'.repeat(4);
      await assert.rejects(runtime.podSandboxStatus(never), (e) => isCriError(e, 'notFound'));
      await assert.rejects(runtime.containerStatus(never), (e) => isCriError(e, 'notFound'));
    });

    test('a second sandbox of the same name and attempt is refused, or is the first', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      const second = runtime.runPodSandbox(box.config);
      if ((await second.catch(() => undefined)) !== box.id)
        await assert.rejects(second, (e) => isCriError(e) && /reserved/.test(e.message));
      await discard(box);
    });

    test('a container goes from created to running to exited with its code', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      const id = await newContainer(box, 'sleep 0.2; exit 3');
      assert.equal((await runtime.containerStatus(id)).state, 'created');
      await runtime.startContainer(id);
      const status = await until(id, (s) => s.state === 'exited');
      assert.equal(status.exitCode, 3);
      assert.equal(status.reason, 'Error');
      assert.ok(status.createdAt <= status.startedAt && status.startedAt <= status.finishedAt);
      const good = await newContainer(box, 'true', 'good');
      await runtime.startContainer(good);
      assert.equal((await until(good, (s) => s.state === 'exited')).reason, 'Completed');
      await discard(box);
    });

    test('a command that is not in the image fails the start and leaves an exited container', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      const creation = newContainer(box, '/missing/program');
      const id = await creation.catch(() => undefined);
      // CRI-O's OCI runtime looks for the command when the container is made.
      if (id === undefined) {
        await assert.rejects(creation, (e) => isCriError(e));
        return discard(box);
      }
      await assert.rejects(runtime.startContainer(id), (e) => isCriError(e));
      const status = await until(id, (s) => s.state === 'exited');
      assert.equal(status.exitCode, 128);
      assert.equal(status.reason, 'StartError');
      await discard(box);
    });

    test('stopping kills after the grace period, and at once without one', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      const deaf = await newContainer(box, "trap '' TERM; sleep 1000", 'deaf');
      const hurried = await newContainer(box, 'sleep 1000', 'hurried');
      await runtime.startContainer(deaf);
      await runtime.startContainer(hurried);
      await subject().pass(200);
      await meanwhile(runtime.stopContainer(deaf, 1));
      await meanwhile(runtime.stopContainer(hurried, 0));
      assert.equal((await until(deaf, (s) => s.state === 'exited')).exitCode, 137);
      // CRI-O sends SIGTERM first, and SIGKILL at once after it.
      const { exitCode } = await until(hurried, (s) => s.state === 'exited');
      assert.ok(exitCode === 137 || exitCode === 143, String(exitCode));
      await discard(box);
    });

    test('lists by sandbox, state and labels', async () => {
      const { runtime } = subject();
      const [one, two] = [await newSandbox({ n: 'one' }), await newSandbox({ n: 'two' })];
      const a = await newContainer(one, 'sleep 1000', 'a');
      const b = await newContainer(two, 'sleep 1000', 'b');
      await runtime.startContainer(b);
      const ids = async (filter: Parameters<ContainerRuntime['listContainers']>[0]) =>
        (await runtime.listContainers(filter)).map((c) => c.id);
      assert.deepEqual(await ids({ podSandboxId: one.id }), [a]);
      assert.deepEqual(await ids({ podSandboxId: two.id, state: 'running' }), [b]);
      assert.deepEqual(await ids({ podSandboxId: one.id, state: 'running' }), []);
      assert.deepEqual(await ids({ labelSelector: { container: 'b' }, podSandboxId: two.id }), [b]);
      assert.deepEqual(
        (await runtime.listPodSandboxes({ labelSelector: { n: 'two' } })).map((s) => s.id),
        [two.id],
      );
      await discard(one);
      await discard(two);
    });

    test('removing a sandbox removes its containers', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      await runtime.startContainer(await newContainer(box, 'sleep 1000'));
      await discard(box);
      assert.deepEqual(await runtime.listContainers({ podSandboxId: box.id }), []);
    });

    test('execSync returns output and exit code, and fails when its time-out is over', async () => {
      const { runtime } = subject();
      const box = await newSandbox();
      const id = await newContainer(box, 'sleep 1000');
      await runtime.startContainer(id);
      const ran = await meanwhile(runtime.execSync(id, ['sh', '-c', 'echo hello; exit 4'], 5));
      assert.equal(ran.stdout.toString(), 'hello\n');
      assert.equal(ran.exitCode, 4);
      await assert.rejects(meanwhile(runtime.execSync(id, ['sleep', '60'], 1)), (e) =>
        isCriError(e, 'deadlineExceeded'),
      );
      await discard(box);
    });

    test('imageStatus is undefined for an image that is not on the node', async () => {
      const { runtime, image } = subject();
      const status = await runtime.imageStatus({ image });
      assert.match(status?.id ?? '', /^(sha256:)?[0-9a-f]{64}$/);
      assert.ok((await runtime.listImages()).some((i) => i.id === status?.id));
      assert.equal(await runtime.imageStatus({ image: 'localhost/never/was:1' }), undefined);
      await runtime.removeImage({ image: 'localhost/never/was:1' });
    });

    test('an image can be mounted, the same under the same key, until that is released', async () => {
      const { runtime, image } = subject();
      const first = runtime.imageMount({ image }, 'contract-a');
      // By CRI alone no image is mounted outside containers.
      if (
        await first.then(
          () => false,
          (error) => isCriError(error, 'unimplemented'),
        )
      )
        return;
      const mount = await first;
      assert.ok(['bind', 'overlay'].includes(mount.type), mount.type);
      assert.deepEqual(await runtime.imageMount({ image }, 'contract-a'), mount);
      await runtime.imageMount({ image }, 'contract-b');
      for (const key of ['contract-a', 'contract-b', 'contract-a']) await runtime.releaseImageMount(key);
      const missing = runtime.imageMount({ image: 'localhost/never/was:1' }, 'contract-c');
      await assert.rejects(missing, (error) => isCriError(error, 'notFound'));
    });

    test('events begin with a resync and report start and exit, the exit once the status shows it', async () => {
      const { runtime } = subject();
      const stop = new AbortController();
      const seen: RuntimeEvent[] = [];
      let stateAtExit = '';
      let watched = '';
      const reading = (async () => {
        for await (const event of runtime.events(stop.signal)) {
          seen.push(event);
          if (event.kind === 'exited' && event.containerId === watched) {
            stateAtExit = (await runtime.containerStatus(watched)).state;
          }
        }
      })();
      await subject().pass(300);
      const box = await newSandbox();
      watched = await newContainer(box, 'sleep 0.1; exit 1');
      await runtime.startContainer(watched);
      for (let i = 0; i < 200 && !stateAtExit; i++) await subject().pass(20);
      stop.abort();
      await reading;
      assert.equal(seen[0]?.kind, 'resync');
      assert.ok(seen.some((e) => e.kind === 'started' && e.containerId === watched));
      assert.equal(stateAtExit, 'exited');
      await discard(box);
    });
  });
}
