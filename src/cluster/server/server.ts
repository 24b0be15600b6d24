// A control plane on its own: `tiphys server`. This process makes the certificates, renews them, and keeps the control plane running
// in a process of its own, and etcd, where it is the servers' own. It ends at SIGTERM, and what it started with it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import { type ControlServer, serveControl } from '../control/server.ts';
import { placeOf } from '../control-plane/opening/place.ts';
import type { ControlPlaneSettings } from '../control-plane/settings.ts';
import { spawnControlPlane } from '../control-plane/spawn.ts';
import { encrypts, ensureEncryption } from '../encryption/config-file.ts';
import { disableEncryption, type RotationOptions, rewriteSecrets, rotateKey } from '../encryption/rewrite.ts';
import { watchCertificates } from '../pki/certificate-watch.ts';
import { type ClusterCertificates, ensureCertificates } from '../pki/ensure-certificates.ts';
import { UserError } from '../progress.ts';
import { clusterPaths } from '../state/paths.ts';
import type { Launch } from '../supervisor/launch.ts';
import { type ComponentStatus, Supervisor } from '../supervisor/supervisor.ts';
import { administratorOf } from './administrator.ts';
import { configurationOf, controlPlaneSettings, type ServerConfiguration } from './configuration.ts';
import type { ServerFlags } from './flags.ts';
import { writeServerKubeconfigs } from './kubeconfigs.ts';
import { type SavedServer, saveServer } from './saved-server.ts';
import { registerServer, unregisterServer } from './server-records.ts';
import { StoreEngine } from './store-engine.ts';

export interface ServerOptions {
  readonly flags: ServerFlags;
  readonly launch: Launch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** What takes long is told. */
  readonly tell: (text: string) => void;
}

export class Server {
  readonly #options: ServerOptions;
  readonly #configuration: ServerConfiguration;
  readonly #engine: StoreEngine;
  readonly #controlPlane: Supervisor<ControlPlaneSettings>;
  #control: ControlServer | undefined;
  #watch: Timer | undefined;

  /** `saved`: of an earlier start, or of the cluster that it joins. */
  constructor(options: ServerOptions, saved: SavedServer | undefined) {
    this.#options = options;
    const { flags, clock, log, launch } = options;
    this.#configuration = configurationOf(flags, saved);
    this.#engine = new StoreEngine({ ...options, configuration: this.#configuration });
    const restarts = launch.launcher !== undefined;
    this.#controlPlane = new Supervisor({
      name: 'control-plane',
      settings: () => controlPlaneSettings(this.#configuration, { etcd: this.#engine.settings, restarts }),
      spawn: () => spawnControlPlane(flags.dataDir, this.#engine.settings ? 'etcd' : 'embedded'),
      clock,
      log: log.child('supervisor'),
    });
  }

  /** Where the API is found. */
  get url(): string {
    const { place, flags } = this.#configuration;
    return `https://${hostPort(place.advertiseAddress, flags.securePort)}`;
  }

  /** Resolves when the API answers. */
  async start(): Promise<void> {
    const { flags, random, log } = this.#options;
    const paths = clusterPaths(flags.dataDir);
    if (flags.encrypt) this.#refuseLateKey(paths.pki);
    saveServer(flags.dataDir, this.#configuration);
    // Before it waits for other servers, so that nobody else touches its data.
    const routes = {
      components: async () => ({ components: this.#components() }),
      'encryption-rotate': () => this.#rewrite(rotateKey),
      'encryption-disable': () => this.#rewrite(disableEncryption),
    };
    this.#control = await serveControl(paths.control, routes, log);
    const { name } = this.#configuration;
    registerServer({ name, dataDir: flags.dataDir, api: this.url, pid: process.pid });
    await this.#engine.open();
    const files = this.#certificateFiles();
    const certificates = ensureCertificates(files);
    const isNew = flags.encrypt && ensureEncryption(paths.pki, random);
    await this.#controlPlane.start();
    this.#useCertificates(certificates);
    this.#watch = watchCertificates({
      files,
      current: certificates,
      renews: true,
      log: log.child('certificates'),
      onChange: (renewed) => this.#useCertificates(renewed),
    });
    if (isNew) await this.#encryptSecrets(certificates);
  }

  /** A key that other servers do not have would hide Secrets from them. */
  #refuseLateKey(pki: string): void {
    const { engine, members = [] } = this.#configuration;
    const alone = engine === 'embedded' || (engine === 'etcd' && members.length < 2);
    if (alone || encrypts(pki) || !existsSync(join(pki, 'ca.crt'))) return;
    throw new UserError(
      '--encrypt: give it at the first start, before other servers join: they get the key then',
    );
  }

  async stop(): Promise<void> {
    this.#watch?.cancel();
    await this.#control?.close();
    await this.#controlPlane.stop();
    await this.#engine.close();
    unregisterServer(this.#options.flags.dataDir);
  }

  #components(): ComponentStatus[] {
    const { launcher, ...earlier } = this.#options.launch;
    const own: ComponentStatus = { name: 'server', state: 'Running', pid: process.pid, ...earlier };
    return [own, this.#controlPlane.status, ...this.#engine.components];
  }

  #useCertificates(certificates: ClusterCertificates): void {
    const { dataDir, without, virtualAddress, securePort } = this.#options.flags;
    // Administrators find whichever server lives.
    const server = virtualAddress ? `https://${hostPort(virtualAddress, securePort)}` : this.url;
    writeServerKubeconfigs({ dataDir, without, server, certificates });
  }

  /** Gives how many Secrets were written. */
  async #rewrite(work: (options: RotationOptions) => Promise<number>): Promise<{ secrets: number }> {
    const { flags, clock, random } = this.#options;
    const { pki } = clusterPaths(flags.dataDir);
    if (!encrypts(pki)) throw new UserError('this cluster does not encrypt: start the server with --encrypt');
    const { keysAgreed } = await import('../control-plane/shared-keys/agreed.ts');
    const certificates = ensureCertificates(this.#certificateFiles());
    const { client, transport, close } = administratorOf(certificates, flags.securePort, clock);
    try {
      const agreed = () => keysAgreed({ client, pki, clock });
      const hasOthers = this.#configuration.engine !== 'embedded';
      return {
        secrets: await work({ pki, client, transport, clock, random, ...(hasOthers && { agreed }) }),
      };
    } finally {
      close();
    }
  }

  #certificateFiles() {
    const { flags, clock, random } = this.#options;
    const { certified } = placeOf({ ...this.#configuration, server: this.#configuration.place });
    return { directory: clusterPaths(flags.dataDir).pki, clock, random, ...certified };
  }

  async #encryptSecrets(certificates: ClusterCertificates): Promise<void> {
    const { flags, clock, log } = this.#options;
    const administrator = administratorOf(certificates, flags.securePort, clock);
    const count = await rewriteSecrets(administrator.client);
    administrator.close();
    log.info('Secrets are encrypted from now on', { rewritten: count });
  }
}
