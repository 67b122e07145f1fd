import { commands } from 'vscode';
import { type CommandId, commandIds } from '../../contributions.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';

/** @param run gets whatever a menu, a key binding or another extension passed */
export function registerCommands(
  run: (id: CommandId, passed: readonly unknown[]) => Promise<void>,
): Disposable {
  return disposeAll(
    Object.values(commandIds).map((id) =>
      commands.registerCommand(id, (...passed: readonly unknown[]) => run(id, passed)),
    ),
  );
}
