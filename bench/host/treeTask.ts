export interface TreeTask {
  readonly apiUrl: string;
  readonly organization: string;
  /** Of the flat tree. */
  readonly rows: number;
  /** The file that the longest time is written to for which the host was blocked, in milliseconds. */
  readonly blocked: string;
}
