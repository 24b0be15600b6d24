// Units of systemd for a server and for a node agent. Pure. What hardens them and what cannot be had is reasoned in
// docs/decisions/0049-installation.md.

export type Role = 'server' | 'agent';

export interface UnitSettings {
  readonly role: Role;
  /** Absolute path of bin/tiphys. */
  readonly program: string;
  /** The command with its words. */
  readonly words: readonly string[];
  readonly environmentFile: string;
  /** Where the server keeps its data; the agent may write anywhere. */
  readonly dataDirectory: string;
  /** Units to start before, such as that of the container runtime. */
  readonly after: readonly string[];
  /** Whether the server announces an address on the network. */
  readonly announces: boolean;
}

export const unitName = (role: Role): string => `tiphys-${role}.service`;

export function unitText(settings: UnitSettings): string {
  const { role, program, words, environmentFile, after } = settings;
  const service = [
    'Type=exec',
    'WorkingDirectory=/',
    'Environment=HOME=/root',
    'Environment=TIPHYS_CACHE=/var/cache/tiphys',
    `EnvironmentFile=-${environmentFile}`,
    `ExecStart=${[program, ...words].map(quoted).join(' ')}`,
    'Restart=always',
    'RestartSec=2s',
    'CacheDirectory=tiphys',
    'CacheDirectoryMode=0700',
    'RuntimeDirectory=tiphys',
    'RuntimeDirectoryPreserve=yes',
    'LimitNOFILE=1048576',
    'LimitCORE=0',
    'TasksMax=infinity',
    ...(role === 'server' ? serverLines(settings) : AGENT),
  ];
  return `[Unit]
Description=${role === 'server' ? 'Tiphys server (Kubernetes control plane)' : 'Tiphys node agent (Kubernetes node)'}
Wants=network-online.target
After=${['network-online.target', ...after].join(' ')}
StartLimitIntervalSec=0

[Service]
${service.join('\n')}

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Pods outlive the agent's restart: only the agent itself is ended. All that starts with it, containerd and every container,
 * inherits what a unit takes away: no mount namespace of its own, no filter of system calls, no lost capability.
 */
const AGENT = [
  'KillMode=process',
  'Delegate=yes',
  'LimitNPROC=infinity',
  'OOMScoreAdjust=-900',
  'TimeoutStopSec=30s',
];

function serverLines({ dataDirectory, announces }: UnitSettings): string[] {
  const capabilities = announces ? 'CAP_NET_ADMIN CAP_NET_RAW CAP_NET_BIND_SERVICE' : 'CAP_NET_BIND_SERVICE';
  const families = ['AF_UNIX', 'AF_INET', 'AF_INET6', 'AF_NETLINK', ...(announces ? ['AF_PACKET'] : [])];
  return [
    'KillMode=mixed',
    'TimeoutStopSec=60s',
    'OOMScoreAdjust=-500',
    'UMask=0077',
    `CapabilityBoundingSet=${capabilities}`,
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ReadWritePaths=${quoted(dataDirectory)}`,
    'ProtectHome=read-only',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    ...(announces ? [] : ['ProtectKernelTunables=yes']),
    'ProtectProc=invisible',
    `RestrictAddressFamilies=${families.join(' ')}`,
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'RemoveIPC=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@resources @privileged',
    // Of these two groups: libuv sets priorities and affinity, and files of the store get their owner.
    'SystemCallFilter=@chown setpriority sched_setaffinity sched_setscheduler capset setuid setgid setgroups',
    'SystemCallErrorNumber=EPERM',
  ];
}

/** As systemd reads a word: its specifiers, variables and escapes mean nothing in it. */
function quoted(word: string): string {
  const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[A-Za-z0-9_@%+=:,./$-]+$/.test(text)) return text;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
