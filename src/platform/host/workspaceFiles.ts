import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { env, type TextDocument, Uri, workspace } from 'vscode';
import type { WorkspaceFiles } from '../../core/ports.ts';
import { filesMatching, findRipgrep, largestFile } from './ripgrep.ts';

/** The open folders on this computer's disk, searched by the ripgrep that VS Code brings along. */
export const workspaceFiles: WorkspaceFiles = {
  matching: async (patterns, options, signal) => {
    const program = await findRipgrep(env.appRoot);
    const folders = workspace.workspaceFolders ?? [];
    const files: string[] = [];
    let isWhole = folders.every(({ uri }) => uri.scheme === 'file');
    for (const { uri } of folders.filter((folder) => folder.uri.scheme === 'file')) {
      const found = await filesMatching(program, uri.fsPath, patterns, options, signal);
      files.push(...found.names.map((name) => Uri.joinPath(uri, name).toString()));
      isWhole &&= found.isWhole;
    }
    return { files, isWhole };
  },
  read: async (file) => {
    const shown = workspace.textDocuments.find(({ uri }) => uri.toString() === file);
    return shown ? shown.getText() : readText(Uri.parse(file, true).fsPath);
  },
  unsaved: () => workspace.textDocuments.filter(isUnsaved).map(({ uri }) => uri.toString()),
};

function isUnsaved({ isDirty, isUntitled, uri }: TextDocument): boolean {
  return (isDirty || isUntitled) && (uri.scheme === 'file' || uri.scheme === 'untitled');
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size, isFile } = await file
        .stat()
        .then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
      return isFile && size <= largestFile ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // Deleted or moved since it was named.
    return undefined;
  }
}
