// A port of the machine's loopback that leads to a NodePort or, where the Service has none, to its endpoints.

export interface HostPort {
  /** Where to listen. */
  readonly address: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  /** The NodePort that connections go to; undefined where the Service has none. */
  readonly nodePort?: number;
  /** Of the Service's port; '' for one without. */
  readonly name: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
  /** Who may connect; everybody when left out. */
  readonly sources?: readonly string[];
}

/** A port as listeners are told apart. */
export const idOf = ({ address, protocol, port }: Pick<HostPort, 'address' | 'protocol' | 'port'>): string =>
  `${address} ${protocol} ${port}`;

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Where a client's traffic goes to; undefined when nowhere. Asked for each connection, and for each flow of datagrams. */
export type ChooseTarget = (port: HostPort, client: string) => Target | undefined;
