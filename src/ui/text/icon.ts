export interface Icon {
  /** A codicon; each state has its own shape, so that colour is never the only sign. */
  readonly name: string;
  readonly color?: string;
}
