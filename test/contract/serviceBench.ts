import assert from 'node:assert/strict';
import { type Reply, type SandboxOptions, type SandboxServer, send } from '../servers/loopback.ts';
import { Harness } from './harness.ts';

type Server = Pick<SandboxServer<unknown, unknown>, 'intercept' | 'stop'>;
type Adapter = ConstructorParameters<typeof Harness>[0];

/** A sandbox of a service, made anew for each test, and what connects to it. */
export class ServiceBench<Sandbox extends Server, Options extends SandboxOptions = SandboxOptions> {
  readonly #adapter: Adapter;
  readonly #start: (now: () => number, options: Options | undefined) => Promise<Sandbox>;
  #server: Sandbox | undefined;
  #harness: Harness | undefined;

  /** @param start with the clock of what connects to it */
  constructor(
    adapter: Adapter,
    start: (now: () => number, options: Options | undefined) => Promise<Sandbox>,
  ) {
    this.#adapter = adapter;
    this.#start = start;
  }

  get server(): Sandbox {
    assert(this.#server);
    return this.#server;
  }

  get harness(): Harness {
    assert(this.#harness);
    return this.#harness;
  }

  readonly begin = async (options?: Options): Promise<void> => {
    const harness = new Harness(this.#adapter);
    this.#harness = harness;
    this.#server = await this.#start(() => harness.clock.now(), options);
  };

  readonly end = async (): Promise<void> => {
    this.harness.dispose();
    await this.server.stop();
  };

  /** @returns lets the service answer again */
  readonly answer = (path: string, reply: Reply): (() => void) =>
    this.server.intercept(({ request, response }) => {
      if (request.path.endsWith(path)) {
        send(response, reply);
        return true;
      }
      return false;
    });
}
