export interface TreeTask {
  readonly apiUrl: string;
  readonly organization: string;
  /** Of the flat tree. */
  readonly rows: number;
  /** The file that a {@link Heard} is written to. */
  readonly blocked: string;
}

/** How long after its command everything is asked for, so that the palette is out of the way, in milliseconds. */
export const palettePauseMs = 2000;

/** Since it was last asked for. */
export interface Heard {
  /** For how long the host did nothing else at most, in milliseconds by the clock. */
  readonly longestMs: number;
  /** In milliseconds of processor time of its thread. */
  readonly busyMs: number;
  /** Epoch milliseconds when VS Code was last told of a change in the product's tree. */
  readonly firedAt: number;
  /** Epoch milliseconds when the services that one can connect to were last asked for. */
  readonly askedAt: number;
  /** How many rows it was told of. */
  readonly fired: number;
  /** How many of them look and sound as they did before, with the same rows below them. */
  readonly inVain: number;
}
