import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts and the files that hold them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** All signed by `ca` except `selfSigned`; valid for `localhost` and 127.0.0.1 unless the name says otherwise. */
export interface Certificates {
  /** The folder of the files, removed by nobody: it is under the system's temporary folder. */
  readonly folder: string;
  readonly ca: Certificate;
  readonly good: Certificate;
  readonly expired: Certificate;
  /** Valid for `wrong.example` only. */
  readonly wrongHost: Certificate;
  readonly selfSigned: Certificate;
  /** For the services whose URLs are built in, as a proxy that ends TLS shows them. */
  readonly services: Certificate;
  /** For client authentication. */
  readonly client: Certificate;
}

let made: Certificates | undefined;

/** Makes a CA and certificates with openssl; once per test process. */
export function certificates(): Certificates {
  made ??= make();
  return made;
}

function make(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-certificates-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const read = (name: string): Certificate => {
    const certFile = join(folder, `${name}.pem`);
    const keyFile = join(folder, `${name}-key.pem`);
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
  };
  const root = (name: string, subject: string, extension: string): Certificate => {
    const files = ['-keyout', `${name}-key.pem`, '-out', `${name}.pem`];
    openssl('req', '-x509', ...newKey, ...files, '-days', '30', '-subj', subject, '-addext', extension);
    return read(name);
  };
  const ca = root('ca', '/CN=Tocsin test CA', 'keyUsage=critical,keyCertSign,cRLSign');
  const signed = (name: string, subjectAltName: string, dates = ['-days', '30']): Certificate => {
    openssl('req', ...newKey, '-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${subjectAltName}\n`);
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signer, ...dates);
    return read(name);
  };
  const here = 'DNS:localhost,IP:127.0.0.1';
  return {
    folder,
    ca,
    good: signed('good', here),
    expired: signed('expired', here, ['-days', '-1']),
    wrongHost: signed('wrong-host', 'DNS:wrong.example'),
    selfSigned: root('self-signed', '/CN=localhost', `subjectAltName=${here}`),
    services: signed(
      'services',
      ['slack.com', 'events.pagerduty.com', 'api.pushover.net'].map((name) => `DNS:${name}`).join(),
    ),
    client: signed('client', 'DNS:client.example'),
  };
}
