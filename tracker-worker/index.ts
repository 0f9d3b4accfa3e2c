// The tracker: a Worker in front, one Repository object for each book, and one Catalog; and the Prober, the Worker's
// other door, which only the objects know. Every group of routes is mounted here, in the order in which it is tried.

import { Hono } from "hono";
import { addresses } from "./routes/addresses.ts";
import { assets } from "./routes/assets.ts";
import { books } from "./routes/books.tsx";
import { descriptor } from "./routes/descriptor.ts";
import type { TrackerEnv } from "./routes/environment.ts";
import { gate } from "./routes/gate.ts";
import { health } from "./routes/health.ts";
import { knownBooks } from "./routes/known-books.ts";
import { metrics } from "./routes/metrics.ts";
import { pageSafety } from "./routes/page-safety.ts";
import { readers } from "./routes/readers.ts";
import { refusals } from "./routes/refusals.tsx";
import { uploads } from "./routes/uploads.ts";

export { Catalog } from "./catalog/catalog.ts";
export { Prober } from "./prober/prober.ts";
export { Repository } from "./repository/repository.ts";

const app = new Hono<TrackerEnv>();

// Every answer says that a page of ours runs no script but its own and loads nothing from anywhere else.
app.use(pageSafety);

// What no object need wake for is turned away here.
app.use(gate);

// And, on one's own machine, what asks for a book that was never here.
app.use("/books/:bookId/*", knownBooks);
app.use("/live/:bookId", knownBooks);

// GET /books/ID/readers: the WebSocket.
app.route("/", readers);

// GET /, /books, /books/ID: the catalog and its books, for people and for programs. GET /live, /live/ID: their numbers.
app.route("/", books);

// POST /books/ID/addresses
app.route("/", addresses);

// GET /books/ID/descriptor
app.route("/", descriptor);

// PUT /books/ID, PUT /books/ID/slices/N, DELETE /books/ID
app.route("/", uploads);

// GET /health
app.route("/", health);

// GET /metrics
app.route("/", metrics);

// GET /assets/DIGEST/NAME
app.route("/", assets);

// Everything else is refused, and so is whatever a route threw.
app.notFound(refusals.notFound);
app.onError(refusals.error);

export default app;
