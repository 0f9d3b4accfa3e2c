// The object of one book: a thin shell around the domain. It decodes, lets Conversation and Upload decide, sets the
// one alarm, and tells the catalog how the book fares.
//
// What keeps it cheap: sockets hibernate, presence stands in their attachments, answers to heartbeats never wake it,
// and no timer ever runs here. What keeps it alive: the alarm is set again first thing, and looked after at each event.
// The alarm has one meaning at a time: an upload's expiry, or, once the book is complete, the next round.

import { DurableObject } from "cloudflare:workers";
import { type Host, parseHost } from "../../shared/hosts.ts";
import type { ReaderId } from "../../shared/ids.ts";
import { PAGE_BYTES, SLICE_BYTES } from "../../shared/limits.ts";
import {
  ALIVE_MESSAGE,
  ALIVE_NOTED_MESSAGE,
  decodeReaderMessage,
  encodeMessage,
} from "../../shared/tracker-api/codec.ts";
import type { BookAnswer, UploadAnswer } from "../../shared/tracker-api/http.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { refusalResponse } from "../answers.ts";
import { parseHosts } from "../domain/addresses.ts";
import type { ByteRange } from "../domain/byte-range.ts";
import { type Download, type DownloadWish, planDownload } from "../domain/download.ts";
import { planRound, type Tempo, tempoOf } from "../domain/heartbeat.ts";
import type { Errand, Verdict } from "../domain/reach.ts";
import { type Bucket, type Rate, takeToken } from "../domain/token-bucket.ts";
import { isSame, tellAt } from "../domain/told.ts";
import type { CatalogEntry } from "../domain/upload.ts";
import { type Limits, limitsOf } from "../limits.ts";
import { logFailure } from "../log.ts";
import { type CatalogStub, catalogOf } from "../objects.ts";
import { type Outcome, outcomeOf } from "../outcome.ts";
import { attachmentOf } from "./attachment.ts";
import { BookStore } from "./book-store.ts";
import { Conversation } from "./conversation.ts";
import { close, Seats, send } from "./seats.ts";
import { type Opening, Upload } from "./upload.ts";

/**
 * Sockets above a limit of readers, the book's or an address's, that may wait to register, so that a known reader can
 * come back where there is no more room. Sockets that only wait are counted with the readers: nobody fills a book with
 * them.
 */
const SPARE_SOCKETS = 100;

/** Sockets that the platform lets one object hold. */
const SOCKETS_MAX = 32_768;

/**
 * Bytes of a descriptor that leave the object in one answer; most descriptors have fewer. Chosen: few requests for a large
 * one, and little of the object's and the Worker's 128 MB.
 */
const PART_BYTES = 16 * SLICE_BYTES;

/** A download's plan, with what HTTP says about it and the first part of its bytes. */
export interface DescriptorAnswer {
  readonly plan: Download;
  readonly size: number;
  readonly etag: string;
  readonly part: Uint8Array;
}

export class Repository extends DurableObject<Env> {
  readonly #limits: Limits;
  readonly #tempo: Tempo;
  readonly #rate: Rate;
  readonly #catalog: CatalogStub;
  readonly #store: BookStore;
  readonly #upload: Upload;
  /** Messages that each socket may still send. Forgotten in hibernation, by when every bucket is full again. */
  readonly #buckets = new WeakMap<WebSocket, Bucket>();
  #conversation: Conversation | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#limits = limitsOf(env);
    this.#tempo = tempoOf(this.#limits.HEARTBEAT_SECONDS);
    this.#rate = { perSecond: this.#limits.MESSAGES_PER_SECOND, burst: this.#limits.MESSAGES_PER_SECOND * 10 };
    this.#catalog = catalogOf(env);
    this.#store = new BookStore(ctx.storage);
    this.#upload = new Upload(this.#store, ctx.storage, this.#catalog, this.#limits.DESCRIPTOR_BYTES);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ALIVE_MESSAGE, ALIVE_NOTED_MESSAGE));
  }

  /** Takes a reader's socket; the Worker has checked that the request is an upgrade and may read. */
  override async fetch(request: Request): Promise<Response> {
    const host = parseHost(request.headers.get("CF-Connecting-IP") ?? "");
    const seats = this.#open()?.seats;
    if (seats === undefined) return refusalResponse(unknownBook());
    if (host === undefined) return refusalResponse(new Refusal("bad-request", "The tracker cannot see your address"));
    if (!this.#hasRoom(seats, host)) {
      return refusalResponse(new Refusal("book-full", "This book has as many readers as the tracker takes"));
    }
    const now = Date.now();
    const { 0: client, 1: socket } = new WebSocketPair();
    seats.accept(socket, host, now);
    await this.#beatBy(now + this.#tempo.periods[0]);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const conversation = this.#open();
    if (conversation === undefined || isOver(socket)) {
      close(socket, 1000, "ended");
      return;
    }
    const { seats } = conversation;
    const now = Date.now();
    const before = seats.readers.size;
    let beatBy = now + this.#tempo.periods[0];
    try {
      this.#takeToken(socket, now);
      beatBy = conversation.handle(socket, decodeReaderMessage(data, this.#limits.MESSAGE_BYTES), now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      seats.refuse(socket, error);
    }
    await this.#settle(seats, before, beatBy);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    // Our own close frame is owed: the runtime does not answer for hibernatable sockets, whatever its compatibility
    // date (seen on workerd 1.20261023, 2026-11). Codes that only a runtime may use cannot be sent back.
    close(socket, code >= 3000 && code < 5000 ? code : 1000, reason);
    await this.#dropped(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#dropped(socket);
  }

  override async alarm(): Promise<void> {
    const conversation = this.#open();
    if (conversation === undefined) await this.#upload.expire(Date.now());
    else await this.#round(conversation, Date.now());
  }

  /** Takes the verdict on a reader that was dialled. */
  dialled(verdict: Verdict): void {
    this.#open()?.dialled(verdict, Date.now());
  }

  /** A registered reader shows itself from another address. */
  seen(readerId: ReaderId, host: Host): Promise<Outcome<void>> {
    return outcomeOf(() => {
      const conversation = this.#open();
      if (conversation === undefined) throw unknownBook();
      conversation.seen(readerId, host, Date.now());
    });
  }

  /** The book and its health. */
  about(): Promise<Outcome<BookAnswer>> {
    return outcomeOf(() => {
      const { record, head } = this.#store;
      const seats = this.#open()?.seats;
      if (record === undefined || head === undefined || seats === undefined) throw unknownBook();
      return { bookswarm: 1, pageBytes: PAGE_BYTES, ...head, bookId: record.bookId, ...seats.readers.health } as const;
    });
  }

  /** What a request for the descriptor is answered with. */
  descriptor(wish: DownloadWish): Promise<Outcome<DescriptorAnswer>> {
    return outcomeOf(() => {
      const { record } = this.#store;
      if (record?.upload.state !== "complete") throw unknownBook();
      const size = this.#store.size(record.upload.bodyBytes);
      const { etag } = this.#store;
      const plan = planDownload(wish, size, etag);
      return { plan, size, etag, part: "range" in plan ? this.#part(plan.range) : new Uint8Array() };
    });
  }

  /**
   * The bytes of a range of the descriptor, as many as go into one answer. They leave whole: a stream out of here would
   * keep the object at work, and its owner paying, for as long as whoever downloads cares to take.
   */
  descriptorPart(range: ByteRange): Promise<Outcome<Uint8Array>> {
    return outcomeOf(() => {
      if (this.#store.record?.upload.state !== "complete") throw unknownBook();
      return this.#part(range);
    });
  }

  /** Begins or resumes an upload. */
  begin(opening: Opening, entry: CatalogEntry): Promise<Outcome<UploadAnswer>> {
    return outcomeOf(() => this.#upload.begin(opening, entry, Date.now()));
  }

  /** Takes one slice of the descriptor's body. */
  putSlice(ordinal: number, bytes: Uint8Array): Promise<Outcome<UploadAnswer>> {
    return outcomeOf(() => this.#upload.putSlice(ordinal, bytes));
  }

  /** Takes the book out of the tracker; its readers are told. */
  remove(authority: "admin" | { readonly secret: string }): Promise<Outcome<void>> {
    return outcomeOf(async () => {
      this.#upload.authoriseRemoval(authority);
      const conversation = this.#open();
      await this.#upload.forget();
      this.#conversation = undefined;
      conversation?.seats.refuseAll(new Refusal("book-removed", "The book was taken out of the catalog"));
    });
  }

  #part({ from, to }: ByteRange): Uint8Array {
    const end = Math.min(to, from + PART_BYTES);
    const part = new Uint8Array(end - from);
    let filled = 0;
    for (const chunk of this.#store.read({ from, to: end })) {
      part.set(chunk, filled);
      filled += chunk.length;
    }
    return part;
  }

  /** The conversation with a complete book's readers; undefined where there is nothing to register for. */
  #open(): Conversation | undefined {
    const { record, head } = this.#store;
    if (record?.upload.state !== "complete" || head === undefined) return undefined;
    this.#conversation ??= new Conversation(new Seats(this.ctx, head.pages), {
      pages: head.pages,
      tempo: this.#tempo,
      limits: this.#limits,
      interfaces: parseHosts(this.env.INTERFACE_ADDRESSES ?? ""),
      random: Math.random,
      dialBack: (errand) => this.#dialBack({ ...errand, bookId: record.bookId }),
    });
    return this.#conversation;
  }

  /**
   * Whether one more socket may be held. As many as are counted may be on their way out: those of a school whose line broke
   * are held for minutes, and its readers come back at once.
   */
  #hasRoom(seats: Seats, host: Host): boolean {
    const most = this.#limits.READERS_PER_BOOK + SPARE_SOCKETS;
    const mostAt = this.#limits.READERS_PER_ADDRESS + SPARE_SOCKETS;
    const isCounted = seats.size < most && seats.countAt(host) < mostAt;
    return isCounted && seats.held < Math.min(2 * most, SOCKETS_MAX) && seats.heldAt(host) < 2 * mostAt;
  }

  /** Not awaited beyond the handing over: while a reader is dialled, the object may sleep. */
  #dialBack(errand: Errand): void {
    this.ctx.exports.Prober.dialBack(errand).catch((error: unknown) => {
      logFailure("no reader can be dialled", error, { bookId: errand.bookId });
    });
  }

  #takeToken(socket: WebSocket, now: number): void {
    const { taken, bucket } = takeToken(this.#buckets.get(socket), this.#rate, now);
    this.#buckets.set(socket, bucket);
    if (!taken) throw new Refusal("too-many", `A reader sends at most ${this.#rate.perSecond} messages a second`);
  }

  async #dropped(socket: WebSocket): Promise<void> {
    const seats = this.#open()?.seats;
    if (seats === undefined) return;
    const before = seats.readers.size;
    seats.drop(socket);
    await this.#settle(seats, before, Date.now() + this.#tempo.periods[0]);
  }

  /**
   * After each event: the alarm stands while anybody is here, and the catalog hears when the first comes or the last goes.
   * Whoever goes without having registered leaves the alarm as it is, for the next round to find nobody: taking it back and
   * setting it anew would be two rows for each who comes and goes.
   */
  async #settle(seats: Seats, before: number, beatBy: number): Promise<void> {
    if (seats.size > 0) await this.#beatBy(beatBy);
    const isTurn = (before === 0) !== (seats.readers.size === 0);
    if (!isTurn) return;
    const now = Date.now();
    const news = tellAt(seats.told, seats.readers.health, now, this.#tempo);
    if (news !== undefined && news > now) {
      await this.#beatBy(news);
      return;
    }
    const telling = this.#tellCatalog(seats);
    seats.rememberTold();
    // Should the catalog not hear, the alarm is set for it again.
    await Promise.all([telling, this.#rest(seats)]);
  }

  /** Nobody is here, and nothing is left to tell: no alarm, no cost. */
  async #rest({ size, told, readers }: Seats): Promise<void> {
    if (size === 0 && told !== undefined && isSame(told, readers.health)) await this.ctx.storage.deleteAlarm();
  }

  /** Sets the alarm to `at` unless it comes earlier; one that is long overdue was lost, and is set anew. */
  async #beatBy(at: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    const lost = alarm !== null && alarm < Date.now() - this.#tempo.periods[0];
    if (alarm === null || alarm > at || lost) await this.ctx.storage.setAlarm(at);
  }

  async #round(conversation: Conversation, now: number): Promise<void> {
    const { seats } = conversation;
    if (seats.size === 0) {
      // No other alarm than the one that has fired, unless the catalog could not hear.
      await this.#tellCatalog(seats);
      return;
    }
    const { evict, beat, period, nextAt } = planRound(seats.sitters(), now, this.#tempo);
    const muteSockets = seats.waitingSince(now - this.#tempo.graceMs);
    // Whoever waits on was promised a look within the shortest period.
    const isAwaited = seats.waiting > muteSockets.length;
    // First thing, before anything can fail: an alarm that has fired is used up, and nothing else brings it back. It is
    // awaited last, because nobody may come or go between the plan and what is done about it.
    const armed = this.ctx.storage.setAlarm(isAwaited ? Math.min(nextAt, now + this.#tempo.periods[0]) : nextAt);
    const silent = new Refusal("evicted", "No answer to the heartbeat");
    for (const { socket } of evict) seats.refuse(socket, silent);
    const mute = new Refusal("evicted", "Connected, but never registered");
    for (const socket of muteSockets) seats.refuse(socket, mute);
    const telling = this.#tellCatalog(seats);
    const heartbeat = encodeMessage({ flag: "HBT", heartbeatSeconds: period / 1000, ...seats.readers.health });
    for (const { patient, pulse } of beat) {
      seats.seat(patient.socket, patient.host, { ...patient.reader, pulse });
      send(patient.socket, heartbeat);
    }
    conversation.redial(now);
    await Promise.all([armed, telling]);
    await this.#rest(seats);
  }

  /** Tells the catalog how the book fares, if that has changed. When it cannot hear, a later round tells it again. */
  async #tellCatalog(seats: Seats): Promise<void> {
    const { health } = seats.readers;
    const bookId = this.#store.record?.bookId;
    if (bookId === undefined || (seats.told !== undefined && isSame(seats.told, health))) return;
    seats.told = { ...health, at: Date.now() };
    try {
      await this.#catalog.report(bookId, health);
    } catch (error) {
      logFailure("the catalog could not be told", error, { bookId });
      seats.forgetTold();
      await this.#beatBy(Date.now() + this.#tempo.periods[0]);
    }
  }
}

function unknownBook(): Refusal {
  return new Refusal("unknown-book", "This tracker does not have the book");
}

function isOver(socket: WebSocket): boolean {
  return attachmentOf(socket)?.state === "evicted";
}
