// What a child process runs: `measure` of a module, with an input, and the result sent back.
const [file = '', input = '{}'] = process.argv.slice(2);
const module: { measure(input: unknown): unknown } = await import(file);
process.send?.(await module.measure(JSON.parse(input)));

export {};
