/**
 * A file of its own in the bundle: what commands do, loaded when the first of them is run. It shares no class
 * with the others, so that nothing in it may ask whether something is an instance of one.
 */

import { LeakedTokens } from '../core/leaks/leakedTokens.ts';
import { ChatTools } from '../ui/chatTools/chatTools.ts';
import { chatPreparation } from '../ui/chatTools/confirmations.ts';
import type { ChatBackend } from '../ui/chatTools/register.ts';
import { connect } from '../ui/commands/addConnection.ts';
import { arrange } from '../ui/commands/arrange.ts';
import { certificates } from '../ui/commands/certificates.ts';
import { changes } from '../ui/commands/changes.ts';
import { connections } from '../ui/commands/connections.ts';
import { copyingToken } from '../ui/commands/copyToken.ts';
import type { CommandDeps, Handlers } from '../ui/commands/deps.ts';
import { describeService } from '../ui/commands/describeService.ts';
import { extensionAccess } from '../ui/commands/extensionAccess.ts';
import { pausing } from '../ui/commands/pause.ts';
import { refresh } from '../ui/commands/refresh.ts';
import { removeAll } from '../ui/commands/removeAll.ts';
import { renewing } from '../ui/commands/renew.ts';
import { renewingAhead } from '../ui/commands/renewAhead.ts';
import { reorder } from '../ui/commands/reorder.ts';
import { signIns } from '../ui/commands/signIns.ts';
import { look } from '../ui/commands/view.ts';
import { records } from '../ui/diagnose/commands.ts';
import { RowPicker } from '../ui/dialogs/pickRow.ts';
import { cleaningUp } from '../ui/findings/cleanUp.ts';
import { findings } from '../ui/findings/commands.ts';
import { incident } from '../ui/incident/commands.ts';
import { revokingLeaked } from '../ui/leaks/commands.ts';
import { findingLeaked } from '../ui/leaks/search.ts';
import { RevokeMany, revokingMany } from '../ui/revoke/bulk.ts';
import { revoking } from '../ui/revoke/commands.ts';

export function createActs(deps: CommandDeps): { readonly handlers: Handlers; readonly chat: ChatBackend } {
  const many = new RevokeMany(deps);
  return { handlers: createHandlers(deps, many), chat: createChat(deps, many) };
}

function createChat(deps: CommandDeps, many: RevokeMany): ChatBackend {
  const tools = new ChatTools({
    ...deps,
    findingLimits: deps.settings.findingLimits,
    access: deps.settings.chatTools,
    propose: (rows) => many.revokeSelected(rows),
  });
  return {
    prepare: async (name) => chatPreparation(name, deps.wording.localize),
    invoke: (...call) => tools.invoke(...call),
  };
}

function createHandlers(deps: CommandDeps, many: RevokeMany): Handlers {
  const pick = new RowPicker(deps.inventory, deps.wording);
  const leakedTokens = new LeakedTokens({ ...deps, ...deps.leaks });
  return {
    ...connect(deps, pick),
    ...describeService(deps),
    ...connections(deps, pick),
    ...certificates(deps, pick),
    ...refresh(deps, pick),
    ...revoking(deps, pick, many),
    ...revokingMany(pick, many),
    ...cleaningUp(deps, pick, many),
    ...findings(deps),
    ...incident(deps, many),
    ...revokingLeaked(deps, leakedTokens),
    ...findingLeaked(deps, leakedTokens),
    ...renewing(deps, pick),
    ...pausing(deps, pick),
    ...signIns(deps, pick),
    ...renewingAhead(deps, pick),
    ...look(deps, pick),
    ...copyingToken(deps, pick),
    ...arrange(deps),
    ...reorder(deps, pick),
    ...changes(deps),
    ...removeAll(deps),
    ...records(deps, pick),
    ...extensionAccess(deps),
  };
}
