// An HTTP server for tests that answers as the test says and writes down what it was asked.

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { parseBookId } from "../../../shared/ids.ts";

export const BOOK_ID = parseBookId("b0".repeat(32));

export interface WebServer {
  /** Base address. */
  readonly url: string;
  /** Method, path and query of each request. */
  readonly requests: string[];
  readonly server: Server;
}

/** Starts a server that is closed when the test ends. */
export async function serve(answer: RequestListener): Promise<WebServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  return { url: `http://127.0.0.1:${address.port}`, requests, server };
}

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Tries again without waiting. */
export const AT_ONCE = { random: () => 0, wait: async () => undefined };
