/**
 * A file of its own in the bundle: what is made of everything else on request. It shares no
 * class with the others, so that nothing in it may ask whether something is an instance of one.
 */

export { exportActivity, exportInventory } from '../exports/exporting.ts';
export { checkAll } from './checkAll.ts';
export { showDiagnosis } from './diagnosis.ts';
export { showSupportReport } from './supportReport.ts';
