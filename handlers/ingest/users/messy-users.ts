const FIRST = [
  "Ada",
  "Alan",
  "Barbara",
  "Claude",
  "Donald",
  "Edsger",
  "Frances",
  "Grace",
  "Hedy",
  "Katherine",
];
const LAST = [
  "Allen",
  "Dijkstra",
  "Hopper",
  "Johnson",
  "Knuth",
  "Lamarr",
  "Liskov",
  "Lovelace",
  "Shannon",
  "Turing",
];

const COUNT = 500;
const SEED = 20_261_121;

/** A user list as a neglected upstream would serve it: the same 500 records every time. */
export function messyUsers(): Record<string, unknown>[] {
  const random = mulberry32(SEED);
  return Array.from({ length: COUNT }, (_, index) => messyUser(index + 1, random));
}

function messyUser(id: number, random: () => number): Record<string, unknown> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const first = pick(FIRST);
  const last = pick(LAST);
  const email = `${first}.${last}.${id}@example.com`;
  const active = random() < 0.8;
  const user: Record<string, unknown> = {
    id: random() < 0.5 ? id : pick([String(id), ` ${id} `]),
    name: random() < 0.7 ? `${first} ${last}` : pick([`  ${first} ${last}`, `${first}  ${last} `]),
    email: random() < 0.8 ? email.toLowerCase() : ` ${email} `,
    active: random() < 0.5 ? active : pick([String(active), String(active).toUpperCase()]),
    signedUp: `2026-${String(1 + Math.floor(random() * 9)).padStart(2, "0")}-15`,
  };
  // About one record in eight cannot be saved.
  const flaw = random();
  if (flaw < 0.03) delete user["email"];
  else if (flaw < 0.05) user["email"] = "not an address";
  else if (flaw < 0.07) user["name"] = "   ";
  else if (flaw < 0.09) user["id"] = pick([`${id}x`, id + 0.5, -id]);
  else if (flaw < 0.11) user["active"] = pick(["yes", 1, null]);
  else if (flaw < 0.12) delete user["id"];
  return user;
}

/** A small generator with good spread, so that the list needs no file. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
