/** A request as the listener got it. */
export interface Heard {
  method: string;
  path: string;
  type: string;
  body: string;
}

export interface Listener extends Disposable {
  url: string;
  heard: Heard[];
}

/** An HTTP server on the loopback that keeps what it is told, and answers what a test wants, 200 unless told. */
export function startListener(
  answer: (heard: Heard, count: number) => Response | Promise<Response> = () => new Response("ok"),
): Listener {
  const heard: Heard[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { method, headers } = request;
      const { pathname, search } = new URL(request.url);
      const type = headers.get("content-type") ?? "";
      const one = { method, path: `${pathname}${search}`, type, body: await request.text() };
      heard.push(one);
      return answer(one, heard.length);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    heard,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
