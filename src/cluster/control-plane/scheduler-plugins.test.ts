import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import type { PluginRegistry } from '../../scheduler/user-plugins/registry.ts';
import { UserError } from '../progress.ts';
import { loadSchedulerPlugins, SchedulerPluginFile } from './scheduler-plugins.ts';

describe('the file of --scheduler-plugins', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'scheduler-plugins-'));
    file = join(directory, 'mine.ts');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const source = (name: string) =>
    `export const plugins: Record<string, object> = { ${name}: () => ({ name: '${name}' }) };\n`;
  const write = (text: string) => writeFileSync(file, text, { mode: 0o600 });
  const load = () => loadSchedulerPlugins(file, systemClock);
  const names = ({ plugins }: { readonly plugins: PluginRegistry }) => Object.keys(plugins);

  it('is TypeScript, and evaluated anew when it has changed', async () => {
    write(source('One'));
    const first = await load();
    write(source('Two'));
    const second = await load();
    assert.deepEqual([names(first), names(second)], [['One'], ['Two']]);
    assert.notEqual(first.version, second.version);
  });

  it('only its owner may be able to change it', async () => {
    write(source('One'));
    chmodSync(file, 0o666);
    await assert.rejects(load, /mine\.ts must not be writable by others \(its mode is 666\)$/);
    chmodSync(file, 0o644);
    chmodSync(directory, 0o777);
    await assert.rejects(load, /must not be writable by others \(its mode is 777\)$/);
    chmodSync(directory, 0o755);
    await load();
  });

  it('a link is judged by where it leads', async () => {
    write(source('One'));
    chmodSync(file, 0o666);
    const link = join(directory, 'link.ts');
    symlinkSync(file, link);
    await assert.rejects(loadSchedulerPlugins(link, systemClock), /mine\.ts must not be writable by others/);
  });

  it('says what is wrong', async () => {
    await assert.rejects(load, /mine\.ts: ENOENT/);
    write('export const plugins = {');
    await assert.rejects(load, UserError);
    write('throw new Error("ouch")');
    await assert.rejects(load, /mine\.ts: ouch$/);
    await assert.rejects(loadSchedulerPlugins('mine.ts', systemClock), /the path must be absolute$/);
  });

  it('is watched: a version with an error is told of, and the next good one is taken', async () => {
    write(source('One'));
    const { version } = await load();
    let tell: (what: string) => void = () => {};
    const next = () => new Promise<string>((resolve) => (tell = resolve));
    const watched = new SchedulerPluginFile(file, version, systemClock, {
      onChange: (plugins) => tell(Object.keys(plugins).join()),
      onError: (error) => tell(String(error)),
    });
    try {
      let told = next();
      write('throw new Error("ouch")');
      assert.match(await told, /ouch$/);
      told = next();
      write(source('Two'));
      assert.equal(await told, 'Two');
    } finally {
      await watched.stop();
    }
  });
});
