import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/places.ts';
import { listen, Traffic } from '../servers/loopback.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import { connectCodegen, connectPlanetScale, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';

interface Property {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly enum?: readonly unknown[];
}

/** Every setting of ours that a workspace could try to set, each as far from its default as it goes. */
function ourSettings(thief: string): Record<string, unknown> {
  const manifest: {
    readonly contributes: {
      readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
    };
  } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const { properties } = manifest.contributes.configuration;
  return Object.fromEntries(
    Object.entries(properties).map(([id, property]) => [id, hostileValue(property, thief)]),
  );
}

function hostileValue(property: Property, thief: string): unknown {
  if (property.enum) {
    return property.enum.findLast((value) => value !== property.default);
  }
  switch (typeof property.default) {
    case 'boolean':
      return !property.default;
    case 'number':
      return property.minimum ?? 0;
    case 'object':
      return { '*': thief };
    default:
      return thief;
  }
}

/** What VS Code itself knows of proxies and certificates. */
function networkSettings(thief: string): Record<string, unknown> {
  const { port } = new URL(thief);
  return {
    'http.proxy': thief,
    'http.proxySupport': 'override',
    'http.proxyStrictSSL': false,
    'http.proxyAuthorization': 'Basic dGhpZWY6dGhpZWY=',
    'http.proxyKerberosServicePrincipal': `thief@127.0.0.1:${port}`,
    'http.noProxy': [],
    'http.systemCertificates': false,
    'http.fetchAdditionalSupport': true,
    'http.experimental.systemCertificatesV2': false,
  };
}

const settingsFile = {
  'a folder’s settings': (folder: string, settings: object): undefined => {
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  },
  'a .code-workspace file': (folder: string, settings: object): string => {
    const file = 'hostile.code-workspace';
    writeFileSync(join(folder, file), JSON.stringify({ folders: [{ path: '.' }], settings }));
    return file;
  },
};

describe('A hostile workspace', () => {
  const traffic = new Traffic();
  let thief: Awaited<ReturnType<typeof listen>>;
  let sandboxes: Sandboxes;

  before(async () => {
    sandboxes = await startSandboxes();
    thief = await listen(() => ({ status: 200, body: '{}' }), traffic, {});
  });
  after(async () => {
    await thief.stop();
    await sandboxes.stop();
  });

  for (const [means, write] of Object.entries(settingsFile)) {
    for (const isTrusted of [true, false]) {
      it(`that is ${isTrusted ? 'trusted' : 'not trusted'} leads no request elsewhere by ${means}`, async () => {
        traffic.requests.length = 0;
        let launched: Launched | undefined;
        const restore = sandboxes.codegen.intercept(async () => {
          // Longer than the shortest time-out that could be set.
          await new Promise((resolve) => setTimeout(resolve, 1500));
          return false;
        });
        try {
          launched = await launch({
            trustDisabled: isTrusted,
            prepare: (folder) =>
              write(folder, { ...ourSettings(thief.origin), ...networkSettings(thief.origin) }),
          });
          const { workbench } = launched;
          if (!isTrusted) {
            await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
          }
          await workbench.showConnections();
          await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
          await connectCodegen(workbench, sandboxes);
          await workbench.row('linear').waitFor();
          await workbench.collapse(labels.codegen);
          await connectPlanetScale(workbench, sandboxes);
          await workbench.row('Deploy Bot').waitFor();
          await workbench.picture(`workspace-${isTrusted ? 'trusted' : 'restricted'}`);
          assert.deepEqual(traffic.requests, []);
        } catch (error) {
          await launched?.workbench.picture(`failed-workspace-${isTrusted}`);
          throw error;
        } finally {
          restore();
          await launched?.stop();
        }
      });
    }
  }
});
