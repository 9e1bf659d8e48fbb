import { suite } from "uvu";
import * as assert from "uvu/assert";
import { layoutMap } from "../../console/map/layout.ts";
import { pack } from "../../console/map/pack.ts";
import { pathOf, placesAlong } from "../../console/map/path.ts";
import { readMap } from "../../src/console/map/read-map.ts";
import { someProgram } from "./some-program.ts";

const test = suite("the layout of the map");
const { map } = readMap(someProgram);
const layout = layoutMap(map, { width: 1000, height: 600 });

test("every node has a place within its group, and none covers another", () => {
  const boxes = [...layout.nodes.values()];
  assert.is(boxes.length, map.nodes.length);
  const [group] = layout.groups;
  assert.ok(group);
  for (const [index, box] of boxes.entries()) {
    assert.ok(box.x >= group.x && box.x + box.width <= group.x + group.width);
    assert.ok(box.y >= group.y && box.y + box.height <= group.y + group.height);
    for (const other of boxes.slice(index + 1)) {
      const apart =
        box.x + box.width <= other.x ||
        other.x + other.width <= box.x ||
        box.y + box.height <= other.y ||
        other.y + other.height <= box.y;
      assert.ok(apart, `${index} covers another`);
    }
  }
});

test("what leads to something stands left of it", () => {
  const left = (id: string) => layout.nodes.get(id)?.x ?? Number.NaN;
  const way = [
    "api:orders-api",
    "function:orders-place",
    "table:orders-table",
    "pipe:orders-placed",
    "queue:orders-queue",
    "function:orders-work",
    "machine:orders-machine",
  ].map(left);
  assert.equal(
    way,
    way.toSorted((a, b) => a - b),
  );
});

test("every edge has a way from the one border to the other", () => {
  for (const { id, from, to } of map.edges) {
    const points = layout.edges.get(id) ?? [];
    const [start, end] = [layout.nodes.get(from), layout.nodes.get(to)];
    assert.ok(start && end && points.length >= 2, id);
    assert.is(points[0]?.x, start.x + start.width);
    assert.is(points.at(-1)?.x, end.x);
  }
});

test("the same map has the same layout", () => {
  assert.equal(layoutMap(map, { width: 1000, height: 600 }), layout);
});

test("boxes are packed without covering each other, the largest first", () => {
  const boxes = [
    { width: 100, height: 100 },
    { width: 300, height: 200 },
    { width: 90, height: 60 },
  ];
  const { places, width, height } = pack(boxes, [[1, 0]], { width: 500, height: 300 });
  assert.equal(places[1], { x: 0, y: 0 });
  for (const [index, { x, y }] of places.entries()) {
    assert.ok(x + (boxes[index]?.width ?? 0) <= width);
    assert.ok(y + (boxes[index]?.height ?? 0) <= height);
  }
});

test("no boxes take no room", () => {
  assert.equal(pack([], [], { width: 1, height: 1 }).places, []);
});

test("places along a way are at even distances", () => {
  const way = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
  ];
  assert.equal(placesAlong(way, 5), [
    { x: 0, y: 0 },
    { x: 5, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 5 },
    { x: 10, y: 10 },
  ]);
  assert.is(pathOf(way.slice(0, 2)), "M0 0L10 0");
  assert.is(pathOf([]), "");
});

test.run();
