/** What needs no service to be chosen, because it is here already; connections are stored under it. */
export const thisEditorId = 'this-editor';
export const thisComputerId = 'this-computer';
