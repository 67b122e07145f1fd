import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, platform } from 'node:process';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { localMachine } from '../../../../src/platform/host/localMachine.ts';

describe('a file below the configuration folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-config-'));
  const before = env.XDG_CONFIG_HOME;

  beforeEach(() => {
    env.XDG_CONFIG_HOME = folder;
  });

  after(() => {
    if (before === undefined) {
      delete env.XDG_CONFIG_HOME;
    } else {
      env.XDG_CONFIG_HOME = before;
    }
    rmSync(folder, { recursive: true });
  });

  it('is read as text', async () => {
    mkdirSync(join(folder, 'tool'));
    writeFileSync(join(folder, 'tool', 'auth'), 'größe\n');
    assert.equal(await localMachine.configurationFile(['tool', 'auth']), 'größe\n');
  });

  it('is undefined when it is not there', async () => {
    assert.equal(await localMachine.configurationFile(['tool', 'none']), undefined);
    assert.equal(await localMachine.configurationFile(['none', 'auth']), undefined);
  });

  it('is a named failure, and not waited for, when it is a pipe', async () => {
    if (platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await assert.rejects(localMachine.configurationFile(['pipe']), { kind: 'storage' });
  });

  it('is a named failure when it cannot be read', async () => {
    await assert.rejects(localMachine.configurationFile(['tool']), (error: unknown) => {
      assert(error instanceof TokenManagerError);
      assert.equal(error.kind, 'storage');
      return true;
    });
  });

  it('is read whole, without its byte order mark, and not at all when it is larger than files of credentials', async () => {
    const whole = 'x'.repeat(1024 * 1024 - 3);
    writeFileSync(join(folder, 'long'), `\uFEFF${whole}`);
    assert.equal(await localMachine.configurationFile(['long']), whole);
    writeFileSync(join(folder, 'long'), `\uFEFF${whole}x`);
    await assert.rejects(localMachine.configurationFile(['long']), {
      kind: 'storage',
      code: 'file-too-large',
    });
  });
});
