import assert from 'node:assert/strict';
import { codegen } from '../../../../src/adapters/codegen/index.ts';
import { turnkey } from '../../../../src/adapters/turnkey/index.ts';
import type { Draft, ProviderAdapter } from '../../../../src/core/adapter/contract.ts';
import { readLocalSource } from '../../../../src/core/adapter/localSources.ts';
import type { LocalMachine } from '../../../../src/core/ports.ts';
import { adapters } from '../../adapters/brought.ts';
import { localize } from '../../fakes.ts';

function machine(
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): LocalMachine {
  return {
    variable: (name) => variables[name],
    configurationFile: async (path) => files[path.join('/')],
  };
}

async function found({ localSources = [], form }: ProviderAdapter, from: LocalMachine): Promise<Draft[]> {
  return Promise.all(localSources.map((source) => readLocalSource(source, form, from)));
}

describe('credentials that lie on this computer', () => {
  const organizationId = '11111111-2222-4333-8444-555555555555';

  it('fill in the steps they answer, secrets as secrets', async () => {
    const [environment] = await found(
      codegen(localize),
      machine({ CODEGEN_API_KEY: ' sk-first ', CODEGEN_ORG_ID: '42', HOME: '/x' }),
    );
    assert.deepEqual(environment?.settings, { organization: '42' });
    assert.deepEqual(Object.keys(environment?.secrets ?? {}), ['token']);
    assert.equal(environment?.secrets.token?.reveal(), 'sk-first');
  });

  it('are taken from the first variable that is set', async () => {
    const both = machine({ CODEGEN_API_TOKEN: 'first', CODEGEN_API_KEY: 'second' });
    const empty = machine({ CODEGEN_API_TOKEN: '', CODEGEN_API_KEY: 'second' });
    assert.equal((await found(codegen(localize), both))[0]?.secrets.token?.reveal(), 'first');
    assert.equal((await found(codegen(localize), empty))[0]?.secrets.token?.reveal(), 'second');
  });

  it('are read from the files of command-line tools', async () => {
    const files = {
      'codegen-sh/auth.json': JSON.stringify({ token: 'sk-cli', organization: { id: 7, name: 'Shop' } }),
      'turnkey/keys/default.public': '02ab\n',
      'turnkey/keys/default.private': 'cafe:p256\n',
      'turnkey/keys/default.meta': JSON.stringify({ organizations: [organizationId] }),
    };
    const [, codegenCli] = await found(codegen(localize), machine({}, files));
    assert.deepEqual(codegenCli?.settings, { organization: '7' });
    assert.equal(codegenCli?.secrets.token?.reveal(), 'sk-cli');
    const [, turnkeyCli] = await found(turnkey(localize), machine({}, files));
    assert.deepEqual(turnkeyCli?.settings, { organizationId, apiPublicKey: '02ab' });
    assert.equal(turnkeyCli?.secrets.apiPrivateKey?.reveal(), 'cafe');
  });

  it('are not there when a file is missing or says something else', async () => {
    for (const text of ['', 'null', '[]', '{"token":1}', '<html>']) {
      const [, draft] = await found(codegen(localize), machine({}, { 'codegen-sh/auth.json': text }));
      assert.deepEqual(draft, { settings: {}, secrets: {} }, text);
    }
    const [, nothing] = await found(turnkey(localize), machine({}));
    assert.deepEqual(nothing, { settings: {}, secrets: {} });
  });

  it('answer steps that the form has', () => {
    for (const { form, localSources = [], id } of adapters) {
      const steps = form.map((step) => step.id);
      const environments = localSources.filter((source) => source.kind === 'environment');
      for (const step of environments.flatMap(({ variables }) => Object.keys(variables))) {
        assert(steps.includes(step), `${id} has no step ${step}`);
      }
    }
  });
});
