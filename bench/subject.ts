import { readFileSync } from 'node:fs';
import { type AlertmanagerLike, startAlertmanagerLike } from '../test/support/alertmanager.ts';
import { startTocsin } from '../test/support/tocsin.ts';

export type SubjectName = 'Alertmanager' | 'Tocsin';

/** A freshly started program under load. */
export interface Subject {
  readonly name: SubjectName;
  readonly url: string;
  /** ms from spawning it to its first good answer of /-/ready. */
  readonly startMs: number;
  /** User and system CPU seconds of all its threads so far. */
  cpuSeconds(): number;
  /** Resident memory now, MB. */
  memoryMB(): number;
  /** The most that it was since the start, MB. */
  peakMemoryMB(): number;
  stop(): Promise<void>;
}

/** Clock ticks per second of /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS = 100;

export const DEBIAN = 'prometheus-alertmanager';
/** The reference: Debian's, or another given on the command line. */
export const reference = { command: DEBIAN };

export async function startSubject(
  name: SubjectName,
  config: unknown,
  flags: readonly string[] = [],
): Promise<Subject> {
  const start: typeof startTocsin =
    name === 'Tocsin'
      ? startTocsin
      : (text, options) => startAlertmanagerLike(reference.command, [], text, options ?? {});
  const before = performance.now();
  const server = await start(JSON.stringify(config), { flags });
  const response = await fetch(`${server.url}/-/ready`);
  if (!response.ok) throw new Error(`${name}: /-/ready answers ${response.status}`);
  return measured(name, server, performance.now() - before);
}

function measured(name: SubjectName, server: AlertmanagerLike, startMs: number): Subject {
  const proc = `/proc/${server.process.pid}`;
  const statusMB = (key: string): number => {
    const [, kB = '0'] = new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`${proc}/status`, 'utf8')) ?? [];
    return Number(kB) / 1_000;
  };
  return {
    name,
    url: server.url,
    startMs,
    cpuSeconds() {
      // The fields after the command's closing parenthesis begin with the third; utime and stime are 14 and 15.
      const fields = readFileSync(`${proc}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    memoryMB: () => statusMB('VmRSS'),
    peakMemoryMB: () => statusMB('VmHWM'),
    stop: () => server.stop(),
  };
}
