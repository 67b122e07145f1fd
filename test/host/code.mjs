#!/usr/bin/env node
// What `runTests` of @vscode/test-electron spawns in the place of a desktop VS Code.
import { main } from './launcher.ts';

await main(process.argv.slice(2));
