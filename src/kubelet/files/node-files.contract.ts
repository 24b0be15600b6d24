// What every NodeFiles must do. Called by node-files.test.ts for the real one and for the one in memory.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { inside, type NodeFiles, nodePath, pathText } from './node-files.ts';

export interface Subject {
  readonly files: NodeFiles;
  /** An empty directory. */
  readonly root: string;
  /** What is in a file as the containers of the node see it; undefined when there is none. */
  seen(path: string): Promise<string | undefined>;
}

const text = async (files: NodeFiles, path: Parameters<NodeFiles['read']>[0]) =>
  (await files.read(path))?.toString();

export function nodeFilesContract(what: string, make: (t: TestContext) => Promise<Subject>): void {
  const check = (title: string, run: (subject: Subject, t: TestContext) => Promise<void>) =>
    test(`${what}: ${title}`, async (t) => run(await make(t), t));

  check('a file is written in place, with the access asked for, and read again', async ({ files, root }) => {
    const path = nodePath(root, 'a', 'f');
    await files.makeDirectory(nodePath(root, 'a'));
    await files.write(path, 'one', { mode: 0o600, uid: 3, gid: 4 });
    const before = await files.stat(path);
    await files.write(path, 'two!');
    const after = await files.stat(path);
    assert.equal(await text(files, path), 'two!');
    assert.deepEqual([after?.type, after?.mode, after?.uid, after?.gid], ['file', 0o600, 3, 4]);
    assert.deepEqual([after?.id, after?.size], [before?.id, 4]);
    await files.create(path);
    assert.equal(await text(files, path), 'two!');
    await files.create(nodePath(root, 'new'), { mode: 0o666 });
    assert.equal((await files.stat(nodePath(root, 'new')))?.mode, 0o666);
  });

  check(
    'what is not there is missing, empty, or removed already, but never an error',
    async ({ files, root }) => {
      for (const path of [nodePath(root, 'no'), nodePath(`${root}/no`, 'no'), nodePath(`${root}/no/no`)]) {
        assert.equal(await files.stat(path), undefined);
        assert.equal(await files.read(path), undefined);
        assert.equal(await files.readLink(path), undefined);
        assert.deepEqual(await files.list(path), []);
        assert.deepEqual(await files.diskUsage(path), { bytes: 0, inodes: 0 });
        assert.equal(await files.fileSystem(path), undefined);
        await files.removeTree(path);
        await files.unmount(path);
      }
    },
  );

  check('directories are made with their parents, and once', async ({ files, root }) => {
    const deep = nodePath(`${root}/x/y`, 'z', 'w');
    assert.equal(await files.makeDirectory(deep), true);
    assert.equal(await files.makeDirectory(deep), false);
    assert.equal(await files.makeDirectory(nodePath(pathText(deep))), false);
    assert.equal(await files.makeDirectory(nodePath(pathText(deep), 'v')), true);
    await files.removeTree(inside(deep, 'v'));
    await files.write(inside(deep, 'f'), '');
    assert.deepEqual(await files.list(nodePath(`${root}/x`)), ['y']);
    await assert.rejects(files.makeDirectory(inside(deep, 'f')));
    await files.removeTree(nodePath(root, 'x'));
    assert.deepEqual(await files.list(nodePath(root)), []);
  });

  check(
    'a filled directory has its files, each with its access, and never an earlier one',
    async ({ files, root }) => {
      const path = nodePath(root, 'set');
      const file = (mode: number) => ({ data: Buffer.from('text'), access: { mode, uid: 3, gid: 4 } });
      await files.makeFilled(
        path,
        { mode: 0o2775, gid: 4 },
        new Map([
          ['a', file(0o666)],
          ['b', file(0o400)],
        ]),
      );
      assert.deepEqual(await files.list(path), ['a', 'b']);
      assert.equal(await text(files, inside(path, 'a')), 'text');
      const [directory, a, b] = await Promise.all(
        [path, inside(path, 'a'), inside(path, 'b')].map((p) => files.stat(p)),
      );
      assert.deepEqual([directory?.mode, directory?.gid], [0o2775, 4]);
      assert.deepEqual([a?.mode, a?.uid, a?.gid], [0o666, 3, 4]);
      assert.equal(b?.mode, 0o400);
      await assert.rejects(files.makeFilled(path, {}, new Map()), { code: 'EEXIST' });
      for (const name of ['..', 'x/y'])
        await assert.rejects(files.makeFilled(nodePath(root, 'bad'), {}, new Map([[name, file(0o600)]])));
      assert.equal(await files.stat(nodePath(root, 'bad')), undefined);
    },
  );

  check(
    'a rename replaces what has the name; an open file stays the one that it was',
    async ({ files, root }) => {
      const path = nodePath(root, 'log');
      await files.write(path, 'old');
      const open = await files.open(path);
      await files.write(nodePath(root, 'log.1'), 'gone');
      await files.rename(path, 'log.1');
      await files.write(path, 'fresh');
      const buffer = Buffer.alloc(10);
      assert.equal(await open.read(buffer, 1), 2);
      assert.equal(buffer.toString('utf8', 0, 2), 'ld');
      assert.equal((await open.stat()).id, (await files.stat(nodePath(root, 'log.1')))?.id);
      assert.notEqual((await open.stat()).id, (await files.stat(path))?.id);
      await open.close();
    },
  );

  check('no operation follows a link below its root', async ({ files, root }) => {
    const outside = nodePath(root, 'outside');
    const volume = `${root}/volume`;
    await files.makeDirectory(nodePath(volume));
    await files.makeDirectory(outside);
    await files.write(inside(outside, 'secret'), 'kept', { mode: 0o600 });
    await files.link(nodePath(volume, 'dir'), '../outside');
    await files.link(nodePath(volume, 'file'), '../outside/secret');
    await files.link(nodePath(volume, 'new'), '../outside/new');
    for (const path of [nodePath(volume, 'dir', 'secret'), nodePath(volume, 'file')]) {
      await assert.rejects(files.write(path, 'lost'));
      await assert.rejects(files.setAccess(path, { mode: 0o777 }));
      await assert.rejects(files.open(path));
    }
    await assert.rejects(files.makeDirectory(nodePath(volume, 'dir', 'made')));
    await assert.rejects(files.makeDirectory(nodePath(volume, 'dir')));
    await assert.rejects(files.write(nodePath(volume, 'new'), 'x'));
    await files.create(nodePath(volume, 'new'));
    assert.equal((await files.stat(nodePath(volume, 'dir')))?.type, 'link');
    assert.equal(await files.readLink(nodePath(volume, 'file')), '../outside/secret');
    await files.giveToGroup(nodePath(volume), 7);
    await files.removeTree(nodePath(volume));
    const secret = await files.stat(inside(outside, 'secret'));
    assert.deepEqual([secret?.mode, secret?.gid, await files.list(outside)], [0o600, 0, ['secret']]);
  });

  check('links in the root are followed', async ({ files, root }) => {
    await files.makeDirectory(nodePath(root, 'real'));
    await files.link(nodePath(root, 'way'), 'real');
    await files.write(nodePath(`${root}/way`, 'f'), 'x');
    assert.equal(await text(files, nodePath(root, 'real', 'f')), 'x');
    assert.equal((await files.stat(nodePath(`${root}/way`)))?.type, 'directory');
  });

  check('names that are no single names are refused', async ({ files, root }) => {
    for (const name of ['', '.', '..', 'a/b', '../x', '\0'])
      await assert.rejects(files.write(nodePath(root, name), 'x'), /invalid file name/);
  });

  check(
    'a tree given to a group keeps its users, and its directories pass the group on',
    async ({ files, root }) => {
      const dir = nodePath(root, 'd');
      await files.makeDirectory(dir);
      await files.write(inside(dir, 'f'), 'x', { mode: 0o400, uid: 5 });
      await files.giveToGroup(dir, 9);
      const [directory, file] = [await files.stat(dir), await files.stat(inside(dir, 'f'))];
      assert.deepEqual([directory?.mode, directory?.gid], [0o2775, 9]);
      assert.deepEqual([file?.mode, file?.uid, file?.gid], [0o660, 5, 9]);
    },
  );

  check('disk usage counts a whole tree', async ({ files, root }) => {
    await files.makeDirectory(nodePath(root, 'a', 'b'));
    const before = await files.diskUsage(nodePath(root));
    await files.write(nodePath(root, 'a', 'b', 'f'), Buffer.alloc(100_000, 1));
    const after = await files.diskUsage(nodePath(root));
    assert.ok(after.bytes >= before.bytes + 100_000);
    assert.equal(after.inodes, before.inodes + 1);
    assert.ok((await files.fileSystem(nodePath(root)))!.capacityBytes > 0);
  });

  check('what is bound is seen at its target until it is unmounted', async ({ files, root, seen }) => {
    const volume = `${root}/volume`;
    const target = nodePath(root, 'binds', 'c', '0');
    await files.makeDirectory(nodePath(volume));
    await files.setAccess(nodePath(volume), { mode: 0o777 });
    await files.bind(nodePath(volume, 'a', 'b'), target);
    assert.equal((await files.stat(nodePath(volume, 'a', 'b')))?.mode, 0o777);
    await files.write(nodePath(volume, 'a', 'b', 'f'), 'later');
    assert.equal(await seen(`${pathText(target)}/f`), 'later');
    await files.write(nodePath(volume, 'file'), 'one');
    await files.bind(nodePath(volume, 'file'), target);
    await files.removeTree(nodePath(volume, 'file'));
    await files.write(nodePath(volume, 'file'), 'two');
    assert.equal(await seen(pathText(target)), 'one');
    await files.bind(nodePath(volume), target);
    assert.equal(await seen(`${pathText(target)}/file`), 'two');
    await files.unmount(target);
    assert.equal(await seen(`${pathText(target)}/file`), undefined);
    await files.removeTree(nodePath(root, 'binds'));
    assert.equal(await text(files, nodePath(volume, 'file')), 'two');
  });

  check('links are bound where they lead, but never out of the volume', async ({ files, root, seen }) => {
    const volume = `${root}/volume`;
    const target = nodePath(root, 'target');
    await files.makeDirectory(nodePath(volume, '..one'));
    await files.write(nodePath(root, 'secret'), '');
    const links = {
      out: '../secret',
      root: '/',
      up: '..',
      far: `${root}/secret`,
      first: 'second',
      second: 'first',
    };
    for (const [name, to] of Object.entries(links)) await files.link(nodePath(volume, name), to);
    for (const below of [['out'], ['root'], ['root', 'proc'], ['up'], ['up', 'volume'], ['far']])
      await assert.rejects(files.bind(nodePath(volume, ...below), target), /not within volume path/);
    await assert.rejects(files.bind(nodePath(volume, 'first'), target));
    await files.write(nodePath(volume, '..one', 'k'), 'value');
    await files.link(nodePath(volume, 'k'), '..one/k');
    await files.link(nodePath(volume, 'absolute'), `${volume}/..one/../k`);
    for (const name of ['k', 'absolute']) {
      await files.bind(nodePath(volume, name), target);
      assert.equal(await seen(pathText(target)), 'value');
    }
    await files.unmount(target);
  });

  check('what is mounted is not removed, nor what is bound there', async ({ files, root }) => {
    const target = nodePath(root, 'pod', 'target');
    await files.write(nodePath(root, 'kept'), 'kept');
    await files.bind(nodePath(root, 'kept'), target);
    await files.unmount(target);
    await files.removeTree(nodePath(root, 'pod'));
    assert.deepEqual(await files.list(nodePath(root)), ['kept']);
  });

  check('a change in a watched directory is reported by name', async ({ files, root }) => {
    const names: string[] = [];
    let tell = () => {};
    const told = new Promise<void>((resolve) => (tell = resolve));
    const stop = files.watch(nodePath(root), (name) => {
      names.push(name);
      tell();
    });
    await files.write(nodePath(root, 'log'), 'x');
    await told;
    stop();
    assert.equal(names[0], 'log');
  });
}
