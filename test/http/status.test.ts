import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { TestServer, type TestServerOptions } from './test-server.ts';

let server: TestServer | undefined;

afterEach(() => server?.close());

async function start(options: TestServerOptions): Promise<TestServer> {
  server = await TestServer.start({ clock: new FakeClock('2026-03-01T08:00:00Z'), ...options });
  return server;
}

test('the status without a cluster, byte for byte', async () => {
  const { engine, ...rest } = await start({});
  const { original } = engine.pipeline.config;
  expect(await (await fetch(`${rest.url}/api/v2/status`)).text()).toBe(
    `{"cluster":{"peers":[],"status":"disabled"},"config":{"original":${JSON.stringify(original)}},` +
      '"uptime":"2026-03-01T08:00:00.000Z","versionInfo":{"branch":"tocsin","buildDate":"d","buildUser":"u",' +
      '"goVersion":"g","revision":"r","version":"0.35.0"}}\n',
  );
});

test('a cluster of one, where a cluster address is given', async () => {
  const { url } = await start({ http: { clusterListenAddress: '127.0.0.1:9094' } });
  const { cluster } = (await (await fetch(`${url}/api/v2/status`)).json()) as { cluster: { name: string } };
  expect(cluster).toEqual({
    name: expect.stringMatching(/^01[0-9A-HJKMNP-TV-Z]{24}$/),
    peers: [{ address: '127.0.0.1:9094', name: cluster.name }],
    status: 'ready',
  });
});

test('an unspecified cluster address is shown as one that can be reached', async () => {
  const { url } = await start({ http: { clusterListenAddress: '0.0.0.0:9094' } });
  const status = (await (await fetch(`${url}/api/v2/status`)).json()) as { cluster: { peers: { address: string }[] } };
  expect(status.cluster.peers[0]?.address).toMatch(/^(?!0\.0\.0\.0)[\d.]+:9094$/);
});

test('receivers in the order of the file, with their labels', async () => {
  const { url } = await start({});
  expect(await (await fetch(`${url}/api/v2/receivers`)).text()).toBe(
    '[{"labels":{"name":"team-X"},"name":"team-X"},{"labels":{"name":"team-Y","owner":"yolanda"},"name":"team-Y"}]\n',
  );
  expect(await (await fetch(`${url}/api/v2/receivers?receiver_matchers=owner!%3D`)).json()).toHaveLength(1);
});
