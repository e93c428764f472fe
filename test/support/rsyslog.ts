import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from './certificates.ts';
import { freePort } from './ports.ts';
import { TestProcess } from './process.ts';

/** A real rsyslog on a loopback port that writes what it receives as JSON, a line each. */
export class Rsyslog {
  readonly port: number;
  readonly #process: TestProcess;
  readonly #file: string;

  /** @param mode `tls`: and it wants a client's certificate of the test CA */
  static async start(mode: 'tcp' | 'tls' | 'udp'): Promise<Rsyslog> {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-rsyslog-'));
    const port = await freePort();
    const file = join(folder, 'received');
    const config = join(folder, 'rsyslog.conf');
    writeFileSync(config, configuration(mode, port, file, folder));
    const process = TestProcess.start('/usr/sbin/rsyslogd', ['-n', '-i', join(folder, 'pid'), '-f', config]);
    const server = new Rsyslog(port, process, file);
    if (mode !== 'udp') await server.#listening();
    return server;
  }

  private constructor(port: number, process: TestProcess, file: string) {
    this.port = port;
    this.#process = process;
    this.#file = file;
  }

  /** What it has received so far, by its own parser. */
  get messages(): readonly Readonly<Record<string, string>>[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, string>);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  async #listening(): Promise<void> {
    for (;;) {
      const isUp = await new Promise<boolean>((resolve) => {
        const socket = connect(this.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });
      if (isUp) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function configuration(mode: string, port: number, file: string, folder: string): string {
  const { ca, good } = certificates();
  const tls =
    mode === 'tls'
      ? [
          `global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="${ca.certFile}"`,
          `  DefaultNetstreamDriverCertFile="${good.certFile}" DefaultNetstreamDriverKeyFile="${good.keyFile}")`,
        ]
      : [];
  const driver =
    mode === 'tls' ? ' StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid"' : '';
  const module = mode === 'udp' ? 'imudp' : 'imtcp';
  return [
    `global(workDirectory="${folder}" maxMessageSize="64k")`,
    ...tls,
    `module(load="${module}"${driver})`,
    `input(type="${module}" port="${port}" address="127.0.0.1" ruleset="all")`,
    'template(name="json" type="list" option.jsonf="on") {',
    ...['pri', 'hostname', 'app-name', 'msgid', 'procid', 'msg', 'protocol-version'].map((name) => {
      return `  property(outname="${name}" name="${name}" format="jsonf")`;
    }),
    '}',
    'template(name="line" type="list") { property(name="$!all") constant(value="\\n") }',
    `ruleset(name="all") { action(type="omfile" file="${file}" template="json") }`,
    '',
  ].join('\n');
}
