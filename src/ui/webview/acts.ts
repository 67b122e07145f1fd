/** What buttons of pages do besides running a command of the row. */
export const acts = {
  showDetails: 'showDetails',
  showInTree: 'showInTree',
  /** Reads what must be read for a row to be found again. */
  readRow: 'readRow',
  refresh: 'refresh',
  /** Reads the lists that the overview does not know yet. */
  readLists: 'readLists',
  /** Reads on where lists are only partly loaded. */
  loadAll: 'loadAll',
  addConnection: 'addConnection',
  cleanUp: 'cleanUp',
  /** Each of these is followed by a space and the rule. */
  mendFinding: 'mendFinding',
  dismissFinding: 'dismissFinding',
  undoDismissal: 'undoDismissal',
  /** Sorts a table of the page; instead of a row it is told which, and how. */
  sort: 'sort',
} as const;
