import Agent from 'undici/lib/dispatcher/agent.js';

/** Sends signed bodies to one address, by undici and with nothing around it. @returns what sends one */
export function posting(
  origin: string,
): (path: string, headers: Record<string, string>, body: string) => Promise<string> {
  const agent = new Agent({ allowH2: false });
  return (path, headers, body) => {
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      agent.dispatch(
        { origin, path, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_, status) => {
            if (status !== 200) {
              reject(new Error(`No users: ${status}`));
            }
          },
          onResponseData: (_, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () => resolve(Buffer.concat(chunks).toString()),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  };
}
