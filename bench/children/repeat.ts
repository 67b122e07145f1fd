// What a child process runs: what a module's `open` resolves to, each time it is asked; sent back is how long it took.
import { duration } from '../statistics.ts';

const [file = '', input = '{}'] = process.argv.slice(2);
const module: { open(input: unknown): Promise<() => Promise<unknown>> } = await import(file);
const work = await module.open(JSON.parse(input));
process.on('message', async () => process.send?.(await duration(work)));
process.once('disconnect', () => process.exit());
process.send?.('ready');
