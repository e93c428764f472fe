#!/usr/bin/env -S node --max-semi-space-size=16
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// The first line, by which `npm start`, the package and the image run it, gives young objects 16 MB: Node's own 64 make
// 100 MB more of 100,000 alerts and none of them faster.
// This file is plain JavaScript: for a first one in TypeScript Node would load its compiler, 10 MB that stay.

if (Number.parseInt(process.versions.node, 10) < 24) {
  // A clone has Node 24 among its dependencies, an installed package has not.
  const isClone = import.meta.url.endsWith('/src/main.js');
  const advice = isClone
    ? 'run "npm ci" once, then start it with "npm start" or "npm run tocsin --", which use the Node 24 that it brings'
    : 'install Node 24, see https://nodejs.org/';
  process.stderr.write(`tocsin: needs Node 24 or newer, and this is Node ${process.versions.node}: ${advice}\n`);
  process.exit(1);
}

// What is stored or backed up holds process arguments, user names and addresses: nobody else's business. But an image that
// runs as any user of group 0 (OpenShift) must find its store again when the user has changed.
const sharesGroup = process.getgid?.() === 0 && process.getuid?.() !== 0;
process.umask(sharesGroup ? 0o007 : 0o077);

// Compiled code is kept beside the dependencies, which nobody but their owner can write: it halves the time to start.
// The worker threads find it by the variable. Where it cannot be written, Node goes on without it.
const cache = fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url));
process.env.NODE_COMPILE_CACHE = cache;
module.enableCompileCache(cache);

// V8 learns from alerts that stay to make all alerts old at birth. Re-sent ones, forgotten at once, would then fill the
// old generation: a collection of everything each second, and pauses of 15 ms where 1.5 ms do.
setFlagsFromString('--no-allocation-site-pretenuring');

const { runCommandLine } = await import('./cli/command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
