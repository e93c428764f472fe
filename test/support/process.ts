import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** ms that a process may take to be ready, and to end after SIGTERM. */
const START_LIMIT = 15_000;
const STOP_LIMIT = 10_000;
/** Characters of output kept for failure messages. */
const OUTPUT_KEPT = 100_000;

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A real program in a process of its own, for as long as a test needs it. It is always ended by its id, and dies with
 * this process too.
 */
export class TestProcess {
  readonly exited: Promise<Exit>;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #output = '';
  #exit: Exit | undefined;

  private constructor(command: string, args: readonly string[], { cwd, env }: ProcessOptions) {
    this.#name = [command, ...args].join(' ');
    this.#child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
        this.#notify();
      });
    }
    const killWithUs = (): void => {
      this.#child.kill('SIGKILL');
    };
    process.once('exit', killWithUs);
    this.exited = new Promise((resolve) => {
      const onEnd = (exit: Exit): void => {
        process.off('exit', killWithUs);
        this.#exit = exit;
        this.#notify();
        resolve(exit);
      };
      this.#child.on('error', (error) => {
        this.#output += error.message;
        onEnd({ code: null, signal: null });
      });
      this.#child.on('close', (code, signal) => onEnd({ code, signal }));
    });
  }

  static start(command: string, args: readonly string[], options: ProcessOptions = {}): TestProcess {
    return new TestProcess(command, args, options);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what it wrote to stdout and stderr, as it came. */
  get output(): string {
    return this.#output;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the match as soon as the output has one. @throws Error with the output when it ends or takes too long. */
  async waitForOutput(pattern: RegExp, limit = START_LIMIT): Promise<RegExpExecArray> {
    const matches: RegExpExecArray[] = [];
    const isThere = (): boolean => {
      const match = pattern.exec(this.#output);
      if (match) matches.push(match);
      return match !== null;
    };
    await this.waitFor(`output like ${pattern}`, isThere, limit);
    return matches[0] as RegExpExecArray;
  }

  /** Looks again at each output and every 20 ms. @throws Error with the output when it ends or takes too long. */
  async waitFor(what: string, isTrue: () => boolean | Promise<boolean>, limit = START_LIMIT): Promise<void> {
    const deadline = Date.now() + limit;
    while (!(await isTrue())) {
      if (this.#exit) throw this.#failure(`ended (${this.#exit.signal ?? this.#exit.code}) before ${what}`);
      if (Date.now() > deadline) throw this.#failure(`no ${what} within ${limit} ms`);
      await this.#change(20);
    }
  }

  /** SIGTERM, and SIGKILL if that does not end it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    if (this.#exit) return this.#exit;
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #change(atMost: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, atMost);
      this.#watchers.add(done);
    });
  }

  #failure(what: string): Error {
    return new Error(`${this.#name}: ${what}\n--- its output ---\n${this.#output}`);
  }
}

/** Runs a program to its end. @throws Error when it cannot be started or takes more than `limit` ms. */
export async function run(
  command: string,
  args: readonly string[],
  { limit = 20_000, ...options }: ProcessOptions & { limit?: number } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) reject(new Error(`${command} ${args.join(' ')}: ended by ${signal}\n${stdout}${stderr}`));
      else resolve({ code, stdout, stderr });
    });
  });
}

/** An empty directory; `remove` takes it away with all that is in it. */
export function temporaryDirectory(prefix: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `${prefix}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
