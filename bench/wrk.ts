import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryDirectory } from '../test/support/process.ts';

export interface WrkResult {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
}

/** One connection per scraping Prometheus; one thread, so that the client leaves the other core alone. */
const CONNECTIONS = 16;

/** Prints what was measured as one line of JSON. wrk counts in µs; a status of 400 or more is an error. */
const DONE = `
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\\nRESULT {"requests":%d,"us":%d,"p50":%f,"p99":%f,"errors":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

/**
 * Loads `url` with wrk, a client that needs little CPU. @param lua the script's `request` function and what it needs.
 * @throws Error when a request fails.
 */
export async function wrk(url: string, lua: string, seconds: number): Promise<WrkResult> {
  const directory = temporaryDirectory('wrk');
  const script = join(directory.path, 'load.lua');
  writeFileSync(script, lua + DONE);
  try {
    const args = ['--threads', '1', '--connections', `${CONNECTIONS}`, '--duration', `${seconds}s`, '--timeout', '10s'];
    const { code, stdout, stderr } = await run('wrk', [...args, '--script', script, url], {
      limit: (seconds + 30) * 1_000,
    });
    const [, json] = /^RESULT (.*)$/m.exec(stdout) ?? [];
    if (code !== 0 || json === undefined) throw new Error(`wrk ${url}: exit code ${code}\n${stdout}${stderr}`);
    const result = JSON.parse(json) as { requests: number; us: number; p50: number; p99: number; errors: number };
    if (result.errors > 0)
      throw new Error(`wrk ${url}: ${result.errors} of ${result.requests} requests failed\n${stdout}`);
    const { requests, us, p50, p99 } = result;
    return { requests, requestsPerSecond: requests / (us / 1e6), p50, p99 };
  } finally {
    directory.remove();
  }
}

/** A Lua string literal. */
export function luaString(text: string): string {
  return `"${text.replace(/[^ -~]|["\\]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`)}"`;
}
