export interface TurnkeyConfig {
  readonly url: string;
  readonly organizationId: string;
  readonly publicKey: string;
  readonly privateKey: string;
}
