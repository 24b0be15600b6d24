// A server and machines that join it: what the tests of joining share.
import { join } from 'node:path';
import type { ExecResult } from '../../src/kit/exec.ts';
import { repository } from './cluster.ts';
import { eventually } from './eventually.ts';
import { packagedTool } from './foreign/tools.ts';
import type { Machine } from './machines/machine.ts';
import { type Machines, startMachines } from './machines/machines.ts';
import type { Program } from './machines/program.ts';

export const tiphys = join(repository, 'bin/tiphys');
export const ADMIN = '/var/lib/tiphys/server/admin.conf';
export const ROOT = '/var/lib/tiphys/agent';

export interface JoinCommand {
  readonly server: string;
  readonly token: string;
  readonly hash: string;
}

export class JoinScene {
  readonly machines: Machines;
  readonly server: Machine;
  readonly nodes: readonly Machine[];
  readonly programs: Program[] = [];
  #server: Program | undefined;

  private constructor(machines: Machines) {
    this.machines = machines;
    const [server, ...nodes] = machines.all;
    this.server = server!;
    this.nodes = nodes;
  }

  /** The server answers; nothing has joined. */
  static async start(
    name: string,
    nodes: number,
    segments = 1,
    flags: readonly string[] = [],
  ): Promise<JoinScene> {
    const scene = new JoinScene(await startMachines(name, { count: nodes + 1, segments }));
    try {
      await scene.startServer(...flags);
    } catch (error) {
      await scene.end();
      throw error;
    }
    return scene;
  }

  async startServer(...flags: string[]): Promise<Program> {
    const words = ['server', '--advertise-address', this.server.address, ...flags];
    const program = this.server.spawn([tiphys, ...words], { name: 'server' });
    this.#server = program;
    this.programs.push(program);
    await eventually(
      'the server',
      async () => {
        if (!program.running) throw new Error(program.output());
        return (await this.tryKubectl('get', '--raw', '/readyz')).stdout === 'ok';
      },
      60_000,
    );
    return program;
  }

  async stopServer(): Promise<void> {
    await this.#server!.kill('TERM');
  }

  /** On the server's machine, as its administrator. */
  kubectl(...words: string[]): Promise<string> {
    return this.server.exec([packagedTool('kubectl'), '--kubeconfig', ADMIN, ...words]);
  }

  tryKubectl(...words: string[]): Promise<ExecResult> {
    return this.server.tryExec([packagedTool('kubectl'), '--kubeconfig', ADMIN, ...words]);
  }

  token(...words: string[]): Promise<string> {
    return this.server.exec([tiphys, 'token', ...words]);
  }

  /** What a new token's --print-join-command says. */
  async joinCommand(...flags: string[]): Promise<JoinCommand> {
    const line = await this.token('create', '--print-join-command', ...flags);
    const [, server, token, hash] =
      /^tiphys join (\S+) --token (\S+) --ca-hash (\S+)$/.exec(line.trim()) ?? [];
    if (!server || !token || !hash) throw new Error(`not a command to join: ${line}`);
    return { server, token, hash };
  }

  /** Starts an agent; it may fail. */
  agent(machine: Machine, ...words: string[]): Program {
    const program = machine.spawn([tiphys, 'join', ...words], { name: 'agent' });
    this.programs.push(program);
    return program;
  }

  /** Resolves with the milliseconds from the agent's start to the node's readiness. */
  async join(machine: Machine, { server, token, hash }: JoinCommand, ...flags: string[]): Promise<Program> {
    const program = this.agent(machine, server, '--token', token, '--ca-hash', hash, ...flags);
    await this.ready(machine.name, program);
    return program;
  }

  async ready(node: string, program?: Program): Promise<void> {
    await eventually(
      `node ${node}`,
      async () => {
        if (program && !program.running) throw new Error(program.output());
        const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
        return (await this.tryKubectl('get', 'node', node, '-o', path)).stdout === 'True';
      },
      60_000,
    );
  }

  /** For a failed test. */
  output(): string {
    return this.programs.map((program) => program.output()).join('\n---\n');
  }

  end(): Promise<void> {
    return this.machines.end();
  }
}
