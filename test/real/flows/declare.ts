import type { RealServer, Stoppable } from '../realServer.ts';

interface Suite<Subject extends Stoppable, Context extends { dispose(): void }> {
  readonly server: RealServer<Subject>;
  /** What is done at a server, by the sentence that says what must come of it. */
  readonly flows: Readonly<Record<string, (context: Context) => Promise<void>>>;
  begin(subject: Subject): Context;
}

/** Installing may mean compiling. */
const installAndStartMs = 40 * 60_000;
const stopMs = 60_000;

/** Sets a server up once and tries every flow that it has, each with a connection of its own. */
export function declareFlows<Subject extends Stoppable, Context extends { dispose(): void }>({
  server,
  flows,
  begin,
}: Suite<Subject, Context>): void {
  const { lacks = {} } = server;
  const unknown = Object.keys(lacks).filter((sentence) => !Object.hasOwn(flows, sentence));
  if (unknown.length > 0) {
    throw new Error(`${server.name} lacks what is no flow: ${unknown.join(', ')}`);
  }

  describe(server.name, () => {
    let subject: Subject | undefined;
    let context: Context | undefined;

    before('installed and started', async function () {
      this.timeout(installAndStartMs);
      await server.install((step) => console.log(`    ${step}`));
      subject = await server.start();
    });
    after('stopped', async function () {
      this.timeout(stopMs);
      await subject?.stop();
    });
    afterEach(() => {
      context?.dispose();
      context = undefined;
    });

    for (const [sentence, flow] of Object.entries(flows)) {
      if (lacks[sentence] === undefined) {
        it(sentence, async () => {
          if (!subject) {
            throw new Error('the server was not started');
          }
          context = begin(subject);
          await flow(context);
        });
      }
    }
  });
}
