// A node: one TCP port, and the readers of all books behind it. Whoever dials says which book it means, and is led
// to that book's reader.

import type { LinkFault } from "../../shared/faults.ts";
import type { BookId } from "../../shared/ids.ts";
import { WIRE_VERSION } from "../../shared/limits.ts";
import type { Probe } from "../../shared/wire/messages.ts";
import type { SwarmSnapshot } from "../core/snapshot.ts";
import { TokenBucket } from "../core/token-bucket.ts";
import { BufferPool } from "../transport/buffer-pool.ts";
import { Listener, type ListenerOptions } from "../transport/listener.ts";
import { type Limits, Reader, type ReaderOptions } from "./reader.ts";

export interface NodeOptions extends ListenerOptions {
  /** Page bytes a second that may be sent, over all books; unlimited when absent. */
  readonly maxUpload?: number | undefined;
  /** Page bytes a second that may be fetched, over all books; unlimited when absent. */
  readonly maxDownload?: number | undefined;
}

/** Page bytes a second; Infinity where there is no limit. */
export interface Rates {
  readonly upload: number;
  readonly download: number;
}

export class Node {
  readonly #listener: Listener;
  readonly #readers: Map<BookId, Reader>;
  readonly #limits: Limits;
  readonly #pool = new BufferPool();
  /** Settle when readers that are being left have left. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #left: SwarmSnapshot[] = [];
  #closing: Promise<void> | undefined;

  /**
   * Opens the port.
   * @throws ListenFailed when the port is taken, or cannot be opened for another reason
   */
  static async open(options: NodeOptions = {}): Promise<Node> {
    const readers = new Map<BookId, Reader>();
    const listener = await Listener.open(
      (link, hello) => {
        const reader = readers.get(hello.bookId);
        if (reader === undefined) return "unknown-book";
        reader.accept(link, hello);
        return undefined;
      },
      { ...options, absence: (probe) => absenceOf(readers, probe) },
    );
    const { maxUpload = Number.POSITIVE_INFINITY, maxDownload = Number.POSITIVE_INFINITY } = options;
    return new Node(listener, readers, { upload: new TokenBucket(maxUpload), download: new TokenBucket(maxDownload) });
  }

  private constructor(listener: Listener, readers: Map<BookId, Reader>, limits: Limits) {
    this.#limits = limits;
    this.#listener = listener;
    this.#readers = readers;
  }

  /** The TCP port that is open. */
  get port(): number {
    return this.#listener.port;
  }

  /**
   * Begins to read a book; one reader for each book, and none once the node is being closed.
   * @throws TrackerFault "not-private" when the credential must not travel to this tracker
   */
  read(options: Omit<ReaderOptions, "port" | "pool" | "limits">): Reader {
    if (this.isClosing) throw new Error("The node is being closed");
    const { id } = options.store.book;
    if (this.#readers.has(id)) throw new Error(`The node reads book ${id} already`);
    const reader = new Reader({ ...options, port: this.port, pool: this.#pool, limits: this.#limits });
    reader.start();
    this.#readers.set(id, reader);
    return reader;
  }

  /** What may be sent and fetched a second, over all books. */
  get rates(): Rates {
    const { upload, download } = this.#limits;
    return { upload: upload.bytesPerSecond, download: download.bytesPerSecond };
  }

  /** Other limits from now on. */
  limit({ upload, download }: Rates): void {
    this.#limits.upload.bytesPerSecond = upload;
    this.#limits.download.bytesPerSecond = download;
    for (const reader of this.#readers.values()) reader.wake();
  }

  /** Leaves one book in order; the others go on. */
  async leave(reader: Reader): Promise<void> {
    if (this.#readers.get(reader.book.id) === reader) this.#readers.delete(reader.book.id);
    await this.#leave(reader);
  }

  /** How things stood in the end with each reader that has left; once the node is closed, with all that it had. */
  get left(): readonly SwarmSnapshot[] {
    return this.#left;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Leaves every book in order, and closes the port. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    await Promise.all([this.#listener.close(), ...this.#leaving, ...readers.map((reader) => this.#leave(reader))]);
  }

  #leave(reader: Reader): Promise<void> {
    const leaving = reader.leave().then(() => void this.#left.push(reader.snapshot()));
    this.#leaving.add(leaving);
    return leaving.finally(() => this.#leaving.delete(leaving));
  }
}

/** The order of the checks is the one of a hello. */
function absenceOf(readers: ReadonlyMap<BookId, Reader>, { bookId, version, to }: Probe): LinkFault | undefined {
  const reader = readers.get(bookId);
  if (reader === undefined) return "unknown-book";
  if (version !== WIRE_VERSION) return "wrong-version";
  return reader.id === to ? undefined : "wrong-reader";
}
