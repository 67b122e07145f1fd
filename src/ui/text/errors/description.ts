/** What the user can do about an error, offered as a button or on the row. */
export type Remedy =
  | 'retry'
  | 'updateCredentials'
  | 'certificateAuthority'
  | 'proxySettings'
  | 'serviceSettings'
  | 'showLog'
  | 'none';

/** An error in our own words; the service's stand between what happened and what to do. */
export interface Description {
  /** A few words for a row. */
  readonly title: string;
  /** What happened. */
  readonly explanation: string;
  /** What to do. */
  readonly advice?: string;
  readonly remedy: Remedy;
}
