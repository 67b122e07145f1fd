import { join } from 'node:path';
import { startTurnkey } from '../../test/servers/turnkey.ts';
import { bundle, plainBundle, scratchFolder } from '../bundles.ts';
import { inChild } from '../child.ts';
import type { Cold } from '../children/cold.ts';
import { atMost, known, type Part } from '../row.ts';
import { ratio, shuffled, summary } from '../statistics.ts';

const rounds = 15;

/** Reading an organization's users, beside the vendor's own SDK, in fresh processes. */
export const turnkeyPart: Part = {
  name: 'turnkey',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = await startTurnkey();
    cleanup.defer(() => server.stop());
    const { organizationId, publicKey, privateKey } = server.credentials;
    const config = { url: server.url, organizationId, publicKey, privateKey };
    const folder = scratchFolder(cleanup);
    const files = {
      ours: (await bundle('bench/children/turnkeyProduct.ts', folder, 'turnkeyProduct')).file,
      bare: (await bundle('bench/children/turnkeyBare.ts', folder, 'turnkeyBare')).file,
      needed: (await bundle('bench/children/turnkeyNeeded.ts', folder, 'turnkeyNeeded')).file,
      sdk: (await plainBundle('bench/children/turnkeySdk.ts', folder, 'turnkeySdk')).file,
    };
    const runs: Record<keyof typeof files, Cold[]> = { ours: [], bare: [], needed: [], sdk: [] };
    for (let round = -1; round < rounds; round++) {
      for (const name of shuffled(['ours', 'bare', 'needed', 'sdk'] as const)) {
        const cold = join(import.meta.dirname, '..', 'children', 'cold.ts');
        const run = await inChild<Cold>(cold, [], { file: files[name], config, warmCalls: 30 });
        server.requests.length = 0;
        if (round >= 0) {
          runs[name].push(run);
        }
      }
    }
    const first = (all: readonly Cold[]) => all.map(({ loadMs, firstCallMs }) => loadMs + firstCallMs);
    const warm = (all: readonly Cold[]) => all.map(({ warmCallMs }) => warmCallMs);
    return [
      known('Turnkey: load and first call', summary(first(runs.ours)), 'ms'),
      atMost('… beside the vendor’s SDK', 0.45, ratio(first(runs.ours), first(runs.sdk)), 'times'),
      known(
        '… signed and sent by undici, parsed and not looked at, which is the least, beside the vendor’s SDK',
        ratio(first(runs.bare), first(runs.sdk)),
        'times',
      ),
      known(
        '… with the same schema and rows besides, which is the least that can be shown, beside the vendor’s SDK',
        ratio(first(runs.needed), first(runs.sdk)),
        'times',
      ),
      known('Turnkey: a warm call', summary(warm(runs.ours)), 'ms'),
      atMost('… beside the vendor’s SDK', 0.6, ratio(warm(runs.ours), warm(runs.sdk)), 'times'),
      known(
        '… signed and sent by undici, parsed and not looked at, which is the least, beside the vendor’s SDK',
        ratio(warm(runs.bare), warm(runs.sdk)),
        'times',
      ),
      known(
        '… with the same schema and rows besides, which is the least that can be shown, beside the vendor’s SDK',
        ratio(warm(runs.needed), warm(runs.sdk)),
        'times',
      ),
    ];
  },
};
