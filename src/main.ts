#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What is stored or backed up holds process arguments, user names and addresses: nobody else's business.
process.umask(0o077);

// Compiled code is kept beside the dependencies, which nobody but their owner can write: it halves the time to start.
// The worker threads find it by the variable. Where it cannot be written, Node goes on without it.
const cache = fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url));
process.env.NODE_COMPILE_CACHE = cache;
enableCompileCache(cache);

const { runCommandLine } = await import('./cli/command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
