import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** The thread of a HealthProbe: posts how long each answer took, ms, until it is ended. */
const agent = new Agent({ keepAlive: true });
for (;;) {
  const start = performance.now();
  const [response] = (await once(get(workerData as string, { agent }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  parentPort?.postMessage(performance.now() - start);
  await sleep(5);
}
