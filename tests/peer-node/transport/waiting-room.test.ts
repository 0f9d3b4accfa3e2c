import { describe, expect, it } from "vitest";
import { WaitingRoom } from "../../../peer-node/transport/waiting-room.ts";

describe("WaitingRoom", () => {
  it("sends nobody away while it has room", () => {
    const room = new WaitingRoom<string>({ max: 2, perNetworkMax: 2 });
    expect([room.enter("a", "a1"), room.enter("a", "a2")]).toEqual([undefined, undefined]);
    expect([...room.guests()]).toEqual(["a1", "a2"]);
  });

  it("sends away the longest waiting of a network that has all its places", () => {
    const room = new WaitingRoom<string>({ max: 9, perNetworkMax: 2 });
    room.enter("b", "b1");
    room.enter("a", "a1");
    room.enter("a", "a2");
    expect(room.enter("a", "a3")).toBe("a1");
    expect([...room.guests()]).toEqual(["b1", "a2", "a3"]);
  });

  it("makes room for a stranger at the cost of the network that has most", () => {
    const room = new WaitingRoom<string>({ max: 3, perNetworkMax: 3 });
    room.enter("b", "b1");
    room.enter("a", "a1");
    room.enter("a", "a2");
    expect(room.enter("c", "c1")).toBe("a1");
    expect(room.size).toBe(3);
  });

  it("forgets whoever leaves, once", () => {
    const room = new WaitingRoom<string>({ max: 3, perNetworkMax: 1 });
    room.enter("a", "a1");
    expect([room.leave("a", "a1"), room.leave("a", "a1")]).toEqual([true, false]);
    expect(room.size).toBe(0);
    expect(room.enter("a", "a2")).toBeUndefined();
  });
});
