// Where an agent and a server keep their things unless they are told otherwise.

export const DEFAULT_DIRECTORIES = {
  agent: '/var/lib/tiphys/agent',
  server: '/var/lib/tiphys/server',
} as const;
