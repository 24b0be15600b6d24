// How the network reaches a node: cluster gives each piece a function that runs programs in the node's namespaces.

/** Runs a program inside the node's namespaces; resolves with its output, rejects when it fails. */
export type NodeExec = (command: readonly string[], options?: { input?: string }) => Promise<string>;
