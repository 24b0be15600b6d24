// The options of node agents about a container runtime that somebody else keeps running.
import { type Command, Option } from 'commander';
import { absolute } from './flags.ts';

export const withRuntimeOptions = (command: Command): Command =>
  command
    .option(
      '--container-runtime-endpoint <socket>',
      'a container runtime that runs already, such as unix:///run/crio/crio.sock (default: a containerd of its own)',
    )
    .option('--image-service-endpoint <socket>', 'its image service, where that is another socket')
    .addOption(
      new Option(
        '--cgroup-driver <driver>',
        'its cgroup driver, where it does not tell that itself (default: cgroupfs)',
      ).choices(['cgroupfs', 'systemd']),
    )
    .option('--cni-conf-dir <dir>', 'where it looks for the pod network (default: /etc/cni/net.d)', absolute);
