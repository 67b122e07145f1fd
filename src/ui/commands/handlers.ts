/**
 * A file of its own in the bundle: what commands do, loaded when the first of them is run. It shares no class
 * with the others, so that nothing in it may ask whether something is an instance of one.
 */
import { RowPicker } from '../pick.ts';
import { arrange } from './arrange.ts';
import { certificates } from './certificates.ts';
import { changes } from './changes.ts';
import { cleaningUp } from './cleanUp.ts';
import { connect } from './connect.ts';
import { connections } from './connections.ts';
import type { CommandDeps, Handlers } from './deps.ts';
import { describeService } from './describeService.ts';
import { extensionAccess } from './extensionAccess.ts';
import { look } from './look.ts';
import { records } from './records.ts';
import { refresh } from './refresh.ts';
import { removeAll } from './removeAll.ts';
import { renewing } from './renew.ts';
import { renewingAhead } from './renewAhead.ts';
import { reorder } from './reorder.ts';
import { revoking } from './revoke.ts';
import { RevokeMany, revokingMany } from './revokeMany.ts';

export function createHandlers(deps: CommandDeps): Handlers {
  const pick = new RowPicker(deps.inventory, deps.wording);
  const many = new RevokeMany(deps);
  return {
    ...connect(deps, pick),
    ...describeService(deps),
    ...connections(deps, pick),
    ...certificates(deps, pick),
    ...refresh(deps, pick),
    ...revoking(deps, pick, many),
    ...revokingMany(pick, many),
    ...cleaningUp(deps, pick, many),
    ...renewing(deps, pick),
    ...renewingAhead(deps, pick),
    ...look(deps, pick),
    ...arrange(deps),
    ...reorder(deps, pick),
    ...changes(deps),
    ...removeAll(deps),
    ...records(deps, pick),
    ...extensionAccess(deps),
  };
}
