// What a neighbour may try with frames that are all allowed, one by one, and does not get.

import { describe, expect, it } from "vitest";
import { AVOIDED_MS, LINKS_DIALLED_MIN, LINKS_MAX } from "../../../peer-node/core/policy.ts";
import { ASKS_PER_LINK_MAX } from "../../../shared/limits.ts";
import { PageSet } from "../../../shared/page-set.ts";
import type { ReaderMessage } from "../../../shared/wire/messages.ts";
import { askedPages, bookOf, fullPages, only, Puzzle, sent, setOf, type Visitor } from "./puzzle.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, page) => page);
const faults = (effects: ReturnType<Puzzle["take"]>) => only(effects, "close").map(({ fault }) => fault);

/** Frames that come in one write, and are settled together. */
function inOneWrite(puzzle: Puzzle, { link }: Visitor, ...messages: readonly ReaderMessage[]) {
  const effects = messages.flatMap((message) => puzzle.swarm.take({ type: "received", link, message }, puzzle.now));
  return [...effects, ...puzzle.swarm.settle(puzzle.now)];
}

/** A reader that lacks pages, of which a neighbour that holds all has asked for one that is fetched for us. */
function askedForWhatWeLack() {
  const puzzle = new Puzzle(fullPages(ASKS_PER_LINK_MAX + 50), { holds: upTo(ASKS_PER_LINK_MAX) });
  puzzle.tell({ type: "tracker", ready: true });
  const neighbour = puzzle.visit(1, "all");
  const [page = -1] = askedPages(puzzle.take(), neighbour.link);
  expect(sent(neighbour.says({ flag: "ask", pages: [page] }), "wait", neighbour.link)).toEqual([
    { flag: "wait", pages: [page] },
  ]);
  return { puzzle, neighbour, page };
}

describe("A neighbour", () => {
  it("may have as many asks open as is promised, those among them for which it waits, and not one more", () => {
    const { puzzle, neighbour } = askedForWhatWeLack();
    neighbour.says({ flag: "ask", pages: upTo(ASKS_PER_LINK_MAX - 1) });
    expect(faults(puzzle.take())).toEqual([]);
    neighbour.says({ flag: "ask", pages: [ASKS_PER_LINK_MAX - 1] });
    expect(faults(puzzle.take())).toEqual(["too-many-asks"]);
  });

  it("waits for nothing when its asks leave no room for the page once it is here", () => {
    const puzzle = new Puzzle(fullPages(ASKS_PER_LINK_MAX + 50), { holds: upTo(ASKS_PER_LINK_MAX) });
    puzzle.tell({ type: "tracker", ready: true });
    const neighbour = puzzle.visit(1, "all");
    const [page = -1] = askedPages(puzzle.take(), neighbour.link);
    neighbour.says({ flag: "ask", pages: upTo(ASKS_PER_LINK_MAX) });
    expect(faults(neighbour.says({ flag: "ask", pages: [page] }))).toEqual(["too-many-asks"]);
  });

  it("is served with a page for which it waited, though all its other asks are open", () => {
    const { puzzle, neighbour, page } = askedForWhatWeLack();
    neighbour.says({ flag: "ask", pages: upTo(ASKS_PER_LINK_MAX - 1) });
    neighbour.delivers(page);
    expect(faults(puzzle.take())).toEqual([]);
    expect(puzzle.swarm.snapshot(puzzle.now).ordersOpen).toBe(ASKS_PER_LINK_MAX + 1);
  });

  it("does not stop the serving of all by taking a small page back and asking for it again", () => {
    const puzzle = new Puzzle(bookOf(upTo(8).map(() => 20_000)), { holds: upTo(8) });
    const fickle = puzzle.visit(1, []);
    const other = puzzle.visit(2, []);
    fickle.says({ flag: "ask", pages: [0, 1, 2, 3] });
    fickle.says({ flag: "cancel", pages: [3] });
    fickle.says({ flag: "ask", pages: [3] });
    const begun = puzzle.drain();
    expect(begun.map(({ page }) => page).sort()).toEqual([0, 1, 2, 3]);
    other.says({ flag: "ask", pages: [5] });
    expect(puzzle.drain()).toEqual([{ link: other.link, page: 5 }]);
  });

  it("takes no ask of ours back from another by beginning what it was asked to fetch for somebody else", () => {
    const puzzle = new Puzzle(fullPages(8), { wanted: new PageSet(8) });
    const owners = [puzzle.visit(1, "all"), puzzle.visit(2, "all")];
    const effects = puzzle.visit(3, []).says({ flag: "ask", pages: [7] });
    const relayed = owners.find(({ link }) => askedPages(effects, link).includes(7));
    const own = owners.find((owner) => owner !== relayed);
    if (relayed === undefined || own === undefined) throw new Error("Nobody is asked");
    const chosen = puzzle.tell({ type: "chosen", pages: setOf(puzzle.book, [7]) });
    expect(askedPages(chosen, own.link)).toEqual([7]);
    expect(sent(relayed.says({ flag: "next", page: 7 }), "cancel")).toEqual([]);
    // The page came for ourselves before it came for others.
    own.delivers(7);
    puzzle.take();
    const receipt = relayed.sends(7);
    expect(sent(receipt, "lost")).toEqual([]);
    expect(sent(receipt, "have", relayed.link)).toEqual([{ flag: "have", pages: [7] }]);
  });

  it("is not asked again at once for what it says that it holds, and refuses as not held", () => {
    const puzzle = new Puzzle(fullPages(4), { holds: [0, 1, 2] });
    const liar = puzzle.visit(1, "all");
    const honest = puzzle.visit(2, "all");
    expect(askedPages(puzzle.take(), liar.link)).toEqual([3]);
    const refusal = { flag: "refuse", page: 3, reason: "not-held" } as const;
    const effects = inOneWrite(puzzle, liar, refusal, { flag: "have", pages: [3] });
    expect(askedPages(effects, liar.link)).toEqual([]);
    expect(askedPages(effects, honest.link)).toEqual([3]);
  });

  it("is asked again at once for what it has passed on and says anew that it holds, but only once", () => {
    const puzzle = new Puzzle(fullPages(4), { holds: [0, 1, 2] });
    const owner = puzzle.visit(1, "all");
    puzzle.take();
    const passesOn = () =>
      inOneWrite(puzzle, owner, { flag: "refuse", page: 3, reason: "passed-on" }, { flag: "have", pages: [3] });
    expect(askedPages(passesOn(), owner.link)).toEqual([3]);
    expect(askedPages(passesOn(), owner.link)).toEqual([]);
    expect(askedPages(puzzle.pass(AVOIDED_MS), owner.link)).toEqual([3]);
  });

  it("does not keep from others for good what was passed on to them, by asking and never reading", () => {
    const puzzle = new Puzzle(fullPages(8), { holds: upTo(8) });
    const sleeper = puzzle.visit(1, []);
    const reader = puzzle.visit(2, []);
    const patient = puzzle.visit(3, []);
    puzzle.visit(4, [5]);
    sleeper.says({ flag: "ask", pages: [0] });
    // All of its page is handed over, and the last of it never leaves.
    for (let isWhole = false; !isWhole; ) {
      const [effect] = only(puzzle.take(), "sendPage");
      if (effect === undefined) throw new Error("The page does not leave");
      const { offset, bytes } = effect.stretch;
      isWhole = offset + bytes === puzzle.book.pageBytes(puzzle.book.page(0));
      if (!isWhole) puzzle.tell({ type: "sent", link: sleeper.link, bytes });
    }
    // Another one's fills the uplink, so that what does not arrive is written off.
    puzzle.pass(1_000);
    reader.says({ flag: "ask", pages: [1] });
    puzzle.drain({ receipts: false });
    puzzle.pass(5_000);
    reader.says({ flag: "have", pages: [1] });
    sleeper.says({ flag: "ask", pages: [2] });
    puzzle.take();
    const effects = patient.says({ flag: "ask", pages: [5] });
    expect(sent(effects, "refuse", patient.link)).toEqual([{ flag: "refuse", page: 5, reason: "passed-on" }]);
    expect(sent(effects, "have", patient.link)).toEqual([{ flag: "have", pages: [5] }]);
  });

  it("leaves places for links of our own choice, however many of its like come in", () => {
    const puzzle = new Puzzle(fullPages(4));
    puzzle.tell({ type: "tracker", ready: true });
    for (let number = 1; number <= LINKS_MAX + 10; number++) puzzle.visit(number, [], `198.51.${number}.7`);
    const refused = faults(puzzle.take()).filter((fault) => fault === "too-many-links");
    expect(refused.length).toBe(10 + LINKS_DIALLED_MIN);
    const listed = Array.from({ length: LINKS_DIALLED_MIN }, (_, index) => 101 + index);
    expect(only(puzzle.list(...listed), "dial").length).toBe(LINKS_DIALLED_MIN);
  });
});

describe("A reader", () => {
  it("tells whoever has sent a page in vain that it has arrived, when it is not wanted any more", () => {
    const puzzle = new Puzzle(fullPages(4));
    const owner = puzzle.visit(1, "all");
    const [page = -1] = askedPages(puzzle.take(), owner.link);
    puzzle.tell({
      type: "chosen",
      pages: setOf(
        puzzle.book,
        upTo(4).filter((other) => other !== page),
      ),
    });
    puzzle.take();
    expect(sent(owner.sends(page), "lost", owner.link)).toEqual([{ flag: "lost", pages: [page] }]);
  });

  it("holds the only copy when the other one has gone, and the tracker knows of none", () => {
    const puzzle = new Puzzle(fullPages(4), { holds: upTo(4) });
    puzzle.tell({ type: "tracker", ready: true });
    puzzle.list(1);
    const link = puzzle.nextLink();
    puzzle.tell({ type: "accepted", link, host: "10.0.0.1", hello: puzzle.helloFrom(1) });
    puzzle.tell({ type: "received", link, message: { flag: "heldAll" } });
    puzzle.tell({ type: "closed", link });
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(4);
    puzzle.tell({ type: "listed", readers: [], others: 1, othersComplete: 1 });
    expect(puzzle.swarm.snapshot(puzzle.now).pagesOnlyHere).toBe(0);
  });
});
