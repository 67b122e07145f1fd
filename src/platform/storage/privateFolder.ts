import { chmod, mkdir } from 'node:fs/promises';

/** Makes a folder that only the user can look into, also where an earlier version made it for everyone. */
export async function privateFolder(folder: string): Promise<void> {
  // `recursive` answers the first folder it made, and nothing when there was one.
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) === undefined) {
    await chmod(folder, 0o700);
  }
}
