import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a front does with a connection while it is hostile. */
export type Hostility = (socket: Socket) => void;

/** A port before a real mail server that is closed, or in a hostile mood, until it is told to let connections through. */
export class Front {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #hostility: Hostility | undefined;
  connections = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  static async start(target: number): Promise<Front> {
    const front = new Front(target);
    await front.open();
    return front;
  }

  get port(): number {
    return this.#port;
  }

  /** Lets connections through from now on, or treats them so. */
  async open(hostility?: Hostility): Promise<void> {
    this.#hostility = hostility;
    if (this.#server) return;
    const server = createServer((socket) => this.#connected(socket));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses connections and cuts those that are open. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #connected(socket: Socket): void {
    this.connections++;
    this.#keep(socket);
    if (this.#hostility) {
      this.#hostility(socket);
      return;
    }
    const inner = connect(this.#target, '127.0.0.1');
    this.#keep(inner);
    socket.pipe(inner).pipe(socket);
    socket.on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}
