import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificates } from './certificates.ts';
import { freePort } from './ports.ts';
import { run, TestProcess, temporaryDirectory } from './process.ts';

export interface Postfix {
  /** `HOST:PORT`; it offers STARTTLS with `certificates().good`. */
  readonly smarthost: string;
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
anvil     unix  - - n -    1 anvil
scache    unix  - - n -    1 scache
postlog   unix-dgram n - n - 1 postlogd
`;

/**
 * Starts Debian's Postfix on a free loopback port with a configuration and queue of its own; needs root.
 * @param relayHost HOST:PORT of the server that it hands every mail to
 */
export async function startPostfix(relayHost: string): Promise<Postfix> {
  const { path, remove } = temporaryDirectory('postfix');
  chmodSync(path, 0o755);
  const log = join(path, 'mail.log');
  const { certFile, keyFile } = certificates().good;
  const port = await freePort();
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
    relayhost: `[${host}]:${relayPort}`,
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
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  writeFileSync(join(path, 'etc', 'main.cf'), lines.join(''));
  writeFileSync(join(path, 'etc', 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}`);
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
    return { smarthost: `localhost:${port}`, log: readLog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
