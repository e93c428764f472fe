import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryDirectory } from './process.ts';

/** A key pair for DKIM: the private key as PEM, the public one as its TXT record. */
export interface DkimPair {
  readonly pem: string;
  readonly record: string;
}

export function dkimPair(type: 'rsa' | 'ed25519'): DkimPair {
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  const der = (pair.publicKey as KeyObject).export({ type: 'spki', format: 'der' });
  // RFC 8463: the bare 32 bytes of an Ed25519 key.
  const key = type === 'rsa' ? der : der.subarray(-32);
  return {
    pem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    record: `v=DKIM1; k=${type}; p=${key.toString('base64')}`,
  };
}

/** Debian's python3-dkim, with answers from here in place of DNS. */
const VERIFIER = `
import sys, json, dkim
records = {name.encode(): text.encode() for name, text in json.loads(sys.argv[1]).items()}
for path in sys.argv[2:]:
    with open(path, 'rb') as file:
        message = file.read()
    try:
        print(dkim.verify(message, dnsfunc=lambda name, timeout=5: records.get(name)))
    except dkim.DKIMException as error:
        print(type(error).__name__)
`;

/**
 * What a verifier that is none of ours says of each message: True, False, or the name of its error.
 * @param records TXT records by full name: `s1._domainkey.example.org.`
 */
export async function verifyDkim(messages: readonly Buffer[], records: Record<string, string>): Promise<string[]> {
  const folder = temporaryDirectory('tocsin-dkim');
  try {
    const files = messages.map((message, i) => {
      const file = join(folder.path, `${i}.eml`);
      writeFileSync(file, message);
      return file;
    });
    const { code, stdout, stderr } = await run('/usr/bin/python3', ['-c', VERIFIER, JSON.stringify(records), ...files]);
    if (code !== 0) throw new Error(stderr);
    return stdout.trim().split('\n');
  } finally {
    folder.remove();
  }
}
