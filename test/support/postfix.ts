import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificates } from './certificates.ts';
import { freePort } from './ports.ts';
import { run, TestProcess, temporaryDirectory } from './process.ts';

/** Parameters of main.cf. */
export type Settings = Readonly<Record<string, string>>;

export interface PostfixOptions {
  /** Name to what is different at this listener. Default: one, which offers STARTTLS with `certificates().good`. */
  readonly listeners?: Readonly<Record<string, Settings>>;
  /** In place of what main.cf would say. */
  readonly settings?: Settings;
}

export interface Postfix {
  /** `HOST:PORT` of the first listener. */
  readonly smarthost: string;
  /** Listener to its port. */
  readonly ports: ReadonlyMap<string, number>;
  /** What it logged. */
  log(): string;
  stop(): Promise<void>;
}

/** Services that Postfix runs besides the listener: name, type, private, unprivileged, chroot, wakeup, limit, program. */
const SERVICES = `
pickup    unix  n - n 60   1 pickup
cleanup   unix  n - n -    0 cleanup
qmgr      unix  n - n 300  1 qmgr
tlsmgr    unix  - - n 1000 1 tlsmgr
rewrite   unix  - - n -    - trivial-rewrite
bounce    unix  - - n -    0 bounce
defer     unix  - - n -    0 bounce
trace     unix  - - n -    0 bounce
verify    unix  - - n -    1 verify
flush     unix  n - n 1000 0 flush
proxymap  unix  - - n -    - proxymap
smtp      unix  - - n -    - smtp
relay     unix  - - n -    - smtp
showq     unix  n - n -    - showq
error     unix  - - n -    - error
retry     unix  - - n -    - error
discard   unix  - - n -    - discard
virtual   unix  - n n -    - virtual
anvil     unix  - - n -    1 anvil
scache    unix  - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
`;

/**
 * Starts Debian's Postfix on free loopback ports with a configuration and queue of its own; needs root.
 * @param relayHost HOST:PORT of the server that it hands every mail to; '': it delivers to mailboxes, see `settings`
 */
export async function startPostfix(relayHost: string, options: PostfixOptions = {}): Promise<Postfix> {
  const { path, remove } = temporaryDirectory('postfix');
  chmodSync(path, 0o755);
  const log = join(path, 'mail.log');
  const { certFile, keyFile } = certificates().good;
  const ports = new Map<string, number>();
  for (const name of Object.keys(options.listeners ?? { smtp: {} })) ports.set(name, await freePort());
  const [host = '', relayPort = ''] = relayHost.split(':');
  for (const folder of ['etc', 'spool', 'data']) mkdirSync(join(path, folder));
  await run('chown', ['postfix', join(path, 'data')]);
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(path, 'spool'),
    data_directory: join(path, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'postfix.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    relayhost: relayHost === '' ? '' : `[${host}]:${relayPort}`,
    smtp_host_lookup: 'native',
    smtp_tls_security_level: 'none',
    smtpd_tls_security_level: 'may',
    smtpd_tls_cert_file: certFile,
    smtpd_tls_key_file: keyFile,
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    alias_maps: '',
    alias_database: '',
    // Not stdout: Postfix cannot open it where it is a socket, as a child's of Node is.
    maillog_file: log,
    maillog_file_prefixes: path,
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(path, 'etc', 'main.cf'), lines.join(''));
  const listeners = [...ports].map(([name, port]) => {
    const changes = Object.entries(options.listeners?.[name] ?? {});
    const override = changes.map(([parameter, value]) => `\n  -o {${parameter} = ${value}}`);
    return `127.0.0.1:${port} inet n - n - - smtpd -o syslog_name=postfix/${name}${override.join('')}\n`;
  });
  writeFileSync(join(path, 'etc', 'master.cf'), listeners.join('') + SERVICES);
  const command = (action: string): string[] => ['-c', join(path, 'etc'), action];
  const program = TestProcess.start('postfix', command('start-fg'));
  const stop = async (): Promise<void> => {
    await run('postfix', command('stop'));
    await program.stop();
    remove();
  };
  const readLog = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  try {
    await program.waitFor('a started daemon', () => readLog().includes('daemon started'));
    return { smarthost: `localhost:${[...ports.values()][0]}`, ports, log: readLog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
