export interface ActivationTask {
  /** Is activated first, so that nothing that is measured pays for what the host makes only once. */
  readonly first: string;
  /** Ids of the extensions to activate. */
  readonly extensions: readonly string[];
  /** The product's file, which is loaded before these, as in use. */
  readonly product: string;
  /** Files to load, by name. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Where the result is written. */
  readonly results: string;
}

/** Milliseconds in one host, by id or name; what was active before measuring began is missing. */
export interface HostRun {
  /** Loading and activating. */
  readonly activation: Record<string, number>;
  /** What it has put off until right after it has activated. */
  readonly afterwards: Record<string, number>;
  readonly library: Record<string, number>;
}
