import { fileURLToPath } from 'node:url';
import { run } from '../../test/support/process.ts';
import { type SoakOptions, type SoakReport, soak } from './soak.ts';

/** ms: about ten times what 30 days take. */
const LIMIT = 180_000;

/** Runs a soak in a process of its own, whose heap is nobody else's. */
export async function soakInChild(options: SoakOptions): Promise<SoakReport> {
  const program = fileURLToPath(import.meta.url);
  const args = ['--expose-gc', program, JSON.stringify(options)];
  const { code, stdout, stderr } = await run(process.execPath, args, { limit: LIMIT });
  if (code !== 0) throw new Error(`the soak failed: ${stderr}`);
  return JSON.parse(stdout) as SoakReport;
}

if (import.meta.main) {
  process.stdout.write(JSON.stringify(await soak(JSON.parse(process.argv[2] ?? '') as SoakOptions)));
}
