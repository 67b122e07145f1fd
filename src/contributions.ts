/**
 * Every id that package.json declares, once. An integration test holds this file against the manifest in
 * both directions.
 */
export const extensionId = 'oauth-token-manager.oauth-token-manager';

export const viewId = 'oauthTokens.connections';
export const activityViewId = 'oauthTokens.activity';
export const leakedTokensViewId = 'oauthTokens.leakedTokens';

/** VS Code's own type for rows of the connections' view. */
export const dragMimeType = `application/vnd.code.tree.${viewId.toLowerCase()}`;

export const commandIds = {
  addConnection: 'oauthTokens.addConnection',
  addThisEditor: 'oauthTokens.addThisEditor',
  addServiceFromDescription: 'oauthTokens.addServiceFromDescription',
  renameConnection: 'oauthTokens.renameConnection',
  updateCredentials: 'oauthTokens.updateCredentials',
  setCertificateAuthorityFile: 'oauthTokens.setCertificateAuthorityFile',
  disconnect: 'oauthTokens.disconnect',
  removeAllData: 'oauthTokens.removeAllData',
  revokeLeakedToken: 'oauthTokens.revokeLeakedToken',
  findLeakedTokens: 'oauthTokens.findLeakedTokens',
  revokeFoundToken: 'oauthTokens.revokeFoundToken',
  clearLeakedTokens: 'oauthTokens.clearLeakedTokens',
  manageExtensionAccess: 'oauthTokens.manageExtensionAccess',
  refresh: 'oauthTokens.refresh',
  refreshRow: 'oauthTokens.refreshRow',
  stopLoading: 'oauthTokens.stopLoading',
  loadMore: 'oauthTokens.loadMore',
  loadOnRequest: 'oauthTokens.loadOnRequest',
  revoke: 'oauthTokens.revoke',
  revokeAll: 'oauthTokens.revokeAll',
  revokeEverything: 'oauthTokens.revokeEverything',
  cleanUp: 'oauthTokens.cleanUp',
  cleanUpConnection: 'oauthTokens.cleanUpConnection',
  showDismissedFindings: 'oauthTokens.showDismissedFindings',
  exportFindings: 'oauthTokens.exportFindings',
  showRevokeResults: 'oauthTokens.showRevokeResults',
  renew: 'oauthTokens.renew',
  renewAhead: 'oauthTokens.renewAhead',
  attachRefreshToken: 'oauthTokens.attachRefreshToken',
  detachRefreshToken: 'oauthTokens.detachRefreshToken',
  pause: 'oauthTokens.pause',
  resume: 'oauthTokens.resume',
  manageSignIn: 'oauthTokens.manageSignIn',
  showDetails: 'oauthTokens.showDetails',
  showOverview: 'oauthTokens.showOverview',
  copyIdentifier: 'oauthTokens.copyIdentifier',
  copyToken: 'oauthTokens.copyToken',
  openInBrowser: 'oauthTokens.openInBrowser',
  showExpired: 'oauthTokens.showExpired',
  hideExpired: 'oauthTokens.hideExpired',
  filter: 'oauthTokens.filter',
  clearFilter: 'oauthTokens.clearFilter',
  sortByService: 'oauthTokens.sortByService',
  sortByName: 'oauthTokens.sortByName',
  sortByExpiry: 'oauthTokens.sortByExpiry',
  sortByLastUse: 'oauthTokens.sortByLastUse',
  sortByCreated: 'oauthTokens.sortByCreated',
  reverseOrder: 'oauthTokens.reverseOrder',
  groupByConnection: 'oauthTokens.groupByConnection',
  groupByProvider: 'oauthTokens.groupByProvider',
  groupByState: 'oauthTokens.groupByState',
  groupByOwner: 'oauthTokens.groupByOwner',
  groupByFinding: 'oauthTokens.groupByFinding',
  presets: 'oauthTokens.presets',
  loadAll: 'oauthTokens.loadAll',
  moveUp: 'oauthTokens.moveUp',
  moveDown: 'oauthTokens.moveDown',
  showLog: 'oauthTokens.showLog',
  openSettings: 'oauthTokens.openSettings',
  showConnections: 'oauthTokens.showConnections',
  clearActivity: 'oauthTokens.clearActivity',
  exportActivity: 'oauthTokens.exportActivity',
  exportInventory: 'oauthTokens.exportInventory',
  createSupportReport: 'oauthTokens.createSupportReport',
  checkAllConnections: 'oauthTokens.checkAllConnections',
  diagnose: 'oauthTokens.diagnose',
  showChanges: 'oauthTokens.showChanges',
  markChangesSeen: 'oauthTokens.markChangesSeen',
  resetExpiryWarnings: 'oauthTokens.resetExpiryWarnings',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Those in the menus of rows. */
export const rowCommandIds: readonly CommandId[] = [
  commandIds.refreshRow,
  commandIds.renew,
  commandIds.revoke,
  commandIds.revokeAll,
  commandIds.openInBrowser,
  commandIds.showDetails,
  commandIds.diagnose,
  commandIds.copyIdentifier,
  commandIds.copyToken,
  commandIds.attachRefreshToken,
  commandIds.detachRefreshToken,
  commandIds.pause,
  commandIds.resume,
  commandIds.manageSignIn,
  commandIds.moveUp,
  commandIds.moveDown,
  commandIds.renameConnection,
  commandIds.updateCredentials,
  commandIds.setCertificateAuthorityFile,
  commandIds.renewAhead,
  commandIds.disconnect,
  commandIds.cleanUpConnection,
  commandIds.showLog,
  commandIds.openSettings,
  commandIds.revokeFoundToken,
];

/** Settings by their full id, with their defaults; the manifest says the same. */
export const settingDefaults = {
  'oauthTokens.statusBar.visible': true,
  'oauthTokens.expiringWithinDays': 7,
  'oauthTokens.expiryWarnings.days': [7, 1],
  'oauthTokens.refresh.intervalMinutes': 10,
  'oauthTokens.findings.issuer': true,
  'oauthTokens.findings.broadAccess': true,
  'oauthTokens.findings.ownBroadAccess': true,
  'oauthTokens.findings.owner': true,
  'oauthTokens.findings.neverExpires': true,
  'oauthTokens.findings.longLivedDays': 365,
  'oauthTokens.findings.unusedDays': 90,
  'oauthTokens.findings.neverUsedDays': 90,
  'oauthTokens.findings.notRotatedDays': 90,
  'oauthTokens.findings.duplicates': 3,
  'oauthTokens.findings.endsInUseDays': 30,
  'oauthTokens.findings.expired': true,
  'oauthTokens.network.connectTimeoutSeconds': 10,
  'oauthTokens.network.answerTimeoutSeconds': 30,
  'oauthTokens.network.bodyTimeoutSeconds': 60,
  'oauthTokens.network.stack': 'undici',
  'oauthTokens.services': [],
  'oauthTokens.chatTools': 'off',
  'oauthTokens.copyToken.enabled': false,
} as const;

export type SettingId = keyof typeof settingDefaults;

/** What chats may be offered, from nothing to everything. */
export const chatAccesses = ['off', 'read', 'propose'] as const;

export type ChatAccess = (typeof chatAccesses)[number];

/** Tools for chats by their name in the manifest, and what the setting has to allow for each. */
export const chatTools = {
  list_token_connections: 'read',
  list_tokens: 'read',
  explain_token: 'read',
  show_what_changed: 'read',
  check_connections: 'read',
  propose_revocation: 'propose',
} as const satisfies Readonly<Record<string, ChatAccess>>;

export type ChatToolName = keyof typeof chatTools;

/** Pages that VS Code brings back after a reload of the window. */
export const pageTypes = { details: 'oauthTokens.details', overview: 'oauthTokens.overview' } as const;

/** Keys for `when` clauses. */
export const contextKeys = {
  showsExpired: 'oauthTokens.showsExpired',
  isLoading: 'oauthTokens.isLoading',
  isFiltered: 'oauthTokens.isFiltered',
  sortedBy: 'oauthTokens.sortedBy',
  groupedBy: 'oauthTokens.groupedBy',
  emptiness: 'oauthTokens.emptiness',
  hasChanges: 'oauthTokens.hasChanges',
  hasLeakResults: 'oauthTokens.hasLeakResults',
} as const;

/**
 * Tags that a tree row's `contextValue` is made of, joined by spaces; menus match one with
 * `viewItem =~ /\bname\b/`.
 */
export type RowTag =
  | 'connection'
  | 'group'
  | 'browsable'
  | 'renewing'
  | 'item'
  /** Holds rows that may be revoked. */
  | 'container'
  | 'error'
  /** What mends an error. */
  | 'needsCredentials'
  | 'needsCertificate'
  | 'needsSettings'
  | 'refreshable'
  | 'revocable'
  | 'renewable'
  | 'attachable'
  | 'detachable'
  | 'pausable'
  | 'resumable'
  | 'manageable'
  /** Its value may be copied. */
  | 'copyable'
  | 'identifiable';
