// What the tracker does with each message of a reader. Decides with the domain, keeps with Seats, answers at once;
// knows neither alarms nor storage: it only says by when the next round of heartbeats is due.

import { fromHex } from "../../shared/hex.ts";
import { type Host, isPrivate } from "../../shared/hosts.ts";
import { parseReaderId, type ReaderId } from "../../shared/ids.ts";
import type { SublistEntry } from "../../shared/tracker-api/fields.ts";
import type { ReaderMessage } from "../../shared/tracker-api/flags.ts";
import { TRACKER_API_VERSION } from "../../shared/tracker-api/limits.ts";
import { Refusal } from "../../shared/tracker-api/refusals.ts";
import { sha256 } from "../digest.ts";
import { addressesFor, withHost, withOtherFamily } from "../domain/addresses.ts";
import { addressesOfCaller } from "../domain/call.ts";
import { Fence } from "../domain/fence.ts";
import { firstPulse, type Tempo } from "../domain/heartbeat.ts";
import {
  dialled,
  dialling,
  type Errand,
  hostsToDial,
  isDialDue,
  isNews,
  putOff,
  type Verdict,
} from "../domain/reach.ts";
import type { Reader } from "../domain/reader.ts";
import { type ReportLimits, weighReport } from "../domain/report.ts";
import { drawSublist, type Random } from "../domain/sublist.ts";
import { type Bucket, perMinute, type Rate, takeToken } from "../domain/token-bucket.ts";
import type { Limits } from "../limits.ts";
import { type Attachment, attachmentOf } from "./attachment.ts";
import { CallTraffic } from "./call-traffic.ts";
import { type Seats, send } from "./seats.ts";

/** What a conversation needs to know of its tracker and its book. */
export interface Setting {
  /** Pages of the book. */
  readonly pages: number;
  readonly tempo: Tempo;
  readonly limits: Limits;
  /** Addresses of the tracker's own machine; empty where it does not stand on the readers' network. */
  readonly interfaces: readonly Host[];
  readonly random: Random;
  /** Has a reader dialled; the verdict comes back through `dialled`, if it ever does. */
  readonly dialBack: (errand: Omit<Errand, "bookId">) => void;
}

type Registered = Extract<Attachment, { state: "registered" }>;
type MessageOf<Flag extends ReaderMessage["flag"]> = Extract<ReaderMessage, { flag: Flag }>;

/** Readers of one address that may report as much as each of them may. Chosen; a school reports one publisher once. */
const REPORTERS_PER_ADDRESS = 10;

/**
 * The part of a book's dials that readers of one address may take, and how many they have in any case. Chosen: nobody
 * keeps the tracker from dialling the others, and of the default 2,000 a large school has enough at once.
 */
const DIALS_PART = 1 / 4;
const DIALS_PER_ADDRESS_MIN = 10;

/** Addresses that are remembered, of reporters and of those who are dialled. Chosen; as many as a book has readers by default. */
const PLACES_MAX = 5_000;

export class Conversation {
  readonly seats: Seats;
  readonly #setting: Setting;
  readonly #reportLimits: ReportLimits & { readonly perAddress: Rate };
  /** Addresses from which reports came. Forgotten in hibernation, too. */
  readonly #reporters = new Fence(PLACES_MAX);
  readonly #calls = new CallTraffic();
  readonly #dialRates: { readonly perBook: Rate; readonly perAddress: Rate };
  /** Dials that may still be made, and addresses where some were. Forgotten in hibernation, which takes ten quiet seconds. */
  #dials: Bucket | undefined;
  readonly #callees = new Fence(PLACES_MAX);

  constructor(seats: Seats, setting: Setting) {
    this.seats = seats;
    this.#setting = setting;
    const { REPORTS_PER_MINUTE, CHALLENGES_PER_MINUTE, DIALS_PER_MINUTE } = setting.limits;
    this.#reportLimits = {
      perReporter: perMinute(REPORTS_PER_MINUTE),
      perAddress: perMinute(REPORTS_PER_MINUTE * REPORTERS_PER_ADDRESS),
      challengeGapMs: 60_000 / CHALLENGES_PER_MINUTE,
    };
    const dialsPerAddress = Math.max(DIALS_PER_MINUTE * DIALS_PART, DIALS_PER_ADDRESS_MIN);
    this.#dialRates = { perBook: perMinute(DIALS_PER_MINUTE), perAddress: perMinute(dialsPerAddress) };
  }

  /**
   * Handles one message of a socket that is counted.
   * @returns when the next round must come at the latest, in milliseconds since the epoch
   * @throws Refusal when the reader breaks the protocol or meets a limit; the socket then ends
   */
  handle(socket: WebSocket, message: ReaderMessage, now: number): number {
    const attachment = attachmentOf(socket);
    if (message.flag === "CON") {
      if (attachment?.state !== "waiting") throw new Refusal("out-of-turn", "A socket registers once");
      return this.#register(socket, attachment.host, message, now);
    }
    if (attachment?.state !== "registered") throw new Refusal("out-of-turn", "The first message is CON");
    return this.#converse(socket, heard(attachment, now), message, now);
  }

  /**
   * A reader shows itself over its other family: that address is dialled by itself. One in place of another counts once
   * in a while only, or two that take turns would have their reader dialled without end.
   */
  seen(readerId: ReaderId, host: Host, now: number): void {
    this.seats.revise(readerId, (reader) => {
      const hosts = withOtherFamily(reader.hosts, host);
      const isNew = reader.port !== 0 && hosts.includes(host) && !reader.hosts.includes(host);
      const isFirst = reader.hosts.length < hosts.length;
      return isNew && (isFirst || isNews(reader, now)) ? this.#dial({ ...reader, hosts }, now, [host]) : reader;
    });
  }

  /** Dials those who were not reached, or not dialled, when it was their turn. */
  redial(now: number): void {
    for (const reader of [...this.seats.readers]) {
      if (isDialDue(reader, now)) this.seats.revise(reader.readerId, (due) => this.#dial(due, now));
    }
  }

  /** Takes the verdict on a reader that was dialled. */
  dialled(verdict: Verdict, now: number): void {
    this.seats.revise(verdict.readerId, (reader) => dialled(reader, verdict, now));
  }

  #converse(
    socket: WebSocket,
    seat: Registered,
    message: Exclude<ReaderMessage, MessageOf<"CON">>,
    now: number,
  ): number {
    const { seats } = this;
    const { tempo } = this.#setting;
    const { host, reader } = seat;
    if (message.flag !== "DRG") seats.seat(socket, host, reader);
    switch (message.flag) {
      case "LST":
        send(socket, { flag: "LST", ...this.#sublist(reader) });
        break;
      case "PRG":
        return this.#progress(socket, seat, message, now);
      case "ALV":
        send(socket, { flag: "ALV" });
        break;
      case "ERR":
        return this.#report(socket, seat, message, now);
      case "CAL":
        this.#call(socket, seat, message, now);
        break;
      case "DRG":
        seats.dismiss(socket);
        break;
      default:
        message satisfies never;
    }
    return now + longestOf(tempo);
  }

  #register(socket: WebSocket, host: Host, message: MessageOf<"CON">, now: number): number {
    const { seats } = this;
    const { tempo } = this.#setting;
    if (message.version !== TRACKER_API_VERSION) {
      throw new Refusal("wrong-version", `This tracker speaks version ${TRACKER_API_VERSION}, not ${message.version}`);
    }
    this.#checkPages(message.pagesHeld);
    const readerId = parseReaderId(sha256(fromHex(message.secret)));
    const old = seats.readers.get(readerId);
    if (old === undefined) this.#checkRoom(host);
    const oldSocket = seats.socketOf(readerId);
    if (oldSocket !== undefined) seats.refuse(oldSocket, new Refusal("replaced", "This reader registered anew"));
    const { port, pagesHeld, silent } = message;
    // A second socket over the other family adds that family's address, as long as the reader listens on one port.
    const hosts = old?.port === port ? withHost(old.hosts, host) : withHost([], host);
    const privateHosts = message.privateHosts.filter(isPrivate);
    const pulse = firstPulse(pagesHeld, now);
    const reach = old?.port === port && old.hosts.includes(host) ? old.reach : undefined;
    const known: Reader = {
      ...{ readerId, hosts, privateHosts, port, pagesHeld, silent, pulse },
      ...(reach && { reach }),
      // Registering anew buys no new reports, and no new proof of whoever was made to give one.
      ...(old?.reports && { reports: old.reports }),
      ...(old?.challengedAt !== undefined && { challengedAt: old.challengedAt }),
    };
    const reader = isNews(known, now) ? this.#dial(known, now) : known;
    seats.seat(socket, host, reader);
    const heartbeatSeconds = tempo.periods[0] / 1000;
    send(socket, { flag: "CON", readerId, observed: host, heartbeatSeconds, ...this.#sublist(reader) });
    return now + tempo.periods[0];
  }

  #progress(socket: WebSocket, { host, reader }: Registered, { pagesHeld }: MessageOf<"PRG">, now: number): number {
    const { seats } = this;
    const { tempo } = this.#setting;
    this.#checkPages(pagesHeld);
    seats.seat(socket, host, { ...reader, pagesHeld });
    return now + (pagesHeld > reader.pagesHeld ? tempo.periods[0] : longestOf(tempo));
  }

  #report(socket: WebSocket, { host, reader }: Registered, { readerId }: MessageOf<"ERR">, now: number): number {
    const { seats } = this;
    const { tempo } = this.#setting;
    const accused = seats.readers.get(readerId);
    const heardAt = accused === undefined ? 0 : seats.heardAt(accused);
    // An id is easily had anew, an address is not.
    const isHeeded = this.#reporters.admits(host, this.#reportLimits.perAddress, now);
    const report = { reporter: reader, accused: isHeeded ? accused : undefined, heardAt };
    const effect = weighReport(report, this.#reportLimits, now);
    seats.seat(socket, host, effect.reporter);
    send(socket, { flag: "RCV", readerId });
    const accusedSocket = seats.socketOf(readerId);
    if (effect.accused === undefined || accusedSocket === undefined) return now + longestOf(tempo);
    const challenged = effect.accused.port === 0 ? effect.accused : this.#dial(effect.accused, now);
    seats.revise(readerId, () => challenged);
    send(accusedSocket, { flag: "HBT", heartbeatSeconds: tempo.graceMs / 1000, ...seats.readers.health });
    return now + tempo.graceMs;
  }

  /** Passes a wish on, or not: the caller hears nothing of it but the dial. */
  #call(socket: WebSocket, { host, reader: caller }: Registered, { readerId }: MessageOf<"CAL">, now: number): void {
    const { seats } = this;
    const called = seats.readers.get(readerId);
    const calledSocket = seats.socketOf(readerId);
    if (called === undefined || calledSocket === undefined) return;
    const addresses = addressesOfCaller({ caller, called, interfaces: this.#setting.interfaces });
    if (addresses.length === 0) return;
    if (!this.#calls.mayPass({ caller: socket, from: host, called: calledSocket }, now)) return;
    send(calledSocket, { flag: "CAL", readerId: caller.readerId, addresses });
  }

  #sublist(asker: Reader): { readers: number; complete: number; sublist: readonly SublistEntry[] } {
    const { seats } = this;
    const { random, interfaces } = this.#setting;
    const sublist = drawSublist(seats.readers, asker.readerId, random).map((reader) => {
      const listed = addressesFor({ reader, askerHosts: asker.hosts, interfaces });
      const callable = !listed.dialable && addressesOfCaller({ caller: asker, called: reader, interfaces }).length > 0;
      return { readerId: reader.readerId, ...listed, callable };
    });
    return { ...seats.readers.health, sublist };
  }

  /** Sends for a reader's proof, as often as the tracker's owner allows. */
  #dial(reader: Reader, now: number, hosts: readonly [Host, ...Host[]] = reader.hosts): Reader {
    const { interfaces, dialBack } = this.#setting;
    if (!this.#callees.admits(hosts[0], this.#dialRates.perAddress, now)) return putOff(reader);
    const { taken, bucket } = takeToken(this.#dials, this.#dialRates.perBook, now);
    this.#dials = bucket;
    if (!taken) return putOff(reader);
    const { readerId, port } = reader;
    dialBack({ readerId, port, hosts: hostsToDial(hosts, interfaces) });
    return dialling(reader, now);
  }

  #checkPages(pagesHeld: number): void {
    const { pages } = this.#setting;
    if (pagesHeld > pages) throw new Refusal("bad-message", `Nobody holds ${pagesHeld} pages: the book has ${pages}`);
  }

  #checkRoom(host: Host): void {
    const { readers } = this.seats;
    const { limits } = this.#setting;
    if (readers.size >= limits.READERS_PER_BOOK) {
      throw new Refusal("book-full", `This book has ${limits.READERS_PER_BOOK} readers, as many as the tracker takes`);
    }
    if (readers.countAt(host) >= limits.READERS_PER_ADDRESS) {
      throw new Refusal(
        "book-full",
        `This book has ${limits.READERS_PER_ADDRESS} readers at your address, as many as the tracker takes`,
      );
    }
  }
}

/** The seat of a reader that has just been heard. */
function heard(seat: Registered, now: number): Registered {
  return { ...seat, reader: { ...seat.reader, pulse: { ...seat.reader.pulse, heardAt: now } } };
}

function longestOf({ periods }: Tempo): number {
  return periods.at(-1) ?? periods[0];
}
