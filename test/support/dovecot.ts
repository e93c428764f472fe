import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, TestProcess, temporaryDirectory } from './process.ts';

export interface DovecotOptions {
  /** Name to password, for PLAIN, LOGIN and CRAM-MD5. */
  readonly users: Readonly<Record<string, string>>;
  /** Where a token's holder is asked for (RFC 7662), for XOAUTH2. */
  readonly introspection: string;
}

export interface Dovecot {
  /** The socket at which Postfix asks (smtpd_sasl_path). */
  readonly socket: string;
  log(): string;
  stop(): Promise<void>;
}

/** Starts Debian's Dovecot as nothing but a place to ask for logins, all its files in a folder of its own; needs root. */
export async function startDovecot({ users, introspection }: DovecotOptions): Promise<Dovecot> {
  const { path, remove } = temporaryDirectory('dovecot');
  chmodSync(path, 0o755);
  const file = (name: string, content: string): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  const log = join(path, 'dovecot.log');
  const socket = join(path, 'auth');
  const passwords = Object.entries(users).map(([name, password]) => `${name}:{PLAIN}${password}::::::\n`);
  const oauth2 = [
    'introspection_mode = post',
    `introspection_url = ${introspection}`,
    'username_attribute = username',
    'active_attribute = active',
    'active_value = true',
  ];
  const config = file(
    'dovecot.conf',
    `
protocols =
base_dir = ${join(path, 'run')}
state_dir = ${join(path, 'state')}
log_path = ${log}
auth_mechanisms = plain login cram-md5 xoauth2
auth_failure_delay = 0
disable_plaintext_auth = no
ssl = no
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${file('oauth2.conf', `${oauth2.join('\n')}\n`)}
}
passdb {
  driver = passwd-file
  mechanisms = plain login cram-md5
  args = username_format=%u ${file('users', passwords.join(''))}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}
# Each failed login would make the next wait longer.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${socket} {
    mode = 0666
  }
}
`,
  );
  const program = TestProcess.start('dovecot', ['-F', '-c', config]);
  const readLog = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const stop = async (): Promise<void> => {
    await run('doveadm', ['-c', config, 'stop']);
    await program.stop();
    remove();
  };
  try {
    await program.waitFor('a socket for logins', () => existsSync(socket));
    return { socket, log: readLog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
