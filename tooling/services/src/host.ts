/** Where a server runs: right here, or in a network namespace that stands for a machine of its own. */
export interface Host {
  /** Where others reach it. */
  readonly address: string;
  /** What goes before a command line to run it there. */
  readonly enter: readonly string[];
}

/** This machine, for itself alone. */
export const thisHost: Host = { address: '127.0.0.1', enter: [] };
