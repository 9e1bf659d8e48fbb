import { useState } from "preact/hooks";
import type { Letter } from "../../src/kernel/letter.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { dayTime, lastPart, pretty } from "../parts/format.ts";
import { Empty, Heading, PickList, Problem, Section } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { readLetters } from "./letters.ts";

const POLL_MS = 2_000;
const DEPLOYED_POLL_MS = 30_000;
const MAX_SHOWN = 200;

/** The letters, as a person would read them. */
export function MailboxView({ item }: ViewProps) {
  const { live } = useFacts();
  const [address, setAddress] = useState("");
  const { value: letters, error } = usePolled(
    "letters",
    () => readLetters(live),
    live ? POLL_MS : DEPLOYED_POLL_MS,
  );
  const addresses = [...new Set(letters?.map(({ to }) => to))].sort();
  const shown = (letters ?? []).filter(({ to }) => !address || to === address).slice(0, MAX_SHOWN);
  const chosen = shown.find((letter) => keyOf(letter) === item) ?? shown[0];
  return (
    <>
      <Heading
        title="Mailbox"
        note={
          live ? "Nothing is sent: this is what would go out" : "Simulated letters of the last day"
        }
      >
        <label for="address">To</label>
        <select
          id="address"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        >
          <option value="">everybody</option>
          {addresses.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </Heading>
      <Problem text={error} />
      <div class="two">
        <div class="panel">
          {letters?.length === 0 && <Empty>No letters yet.</Empty>}
          <PickList
            label="Letters"
            items={shown}
            keyOf={keyOf}
            selected={chosen ? keyOf(chosen) : ""}
            href={(letter) => routeTo("mailbox", keyOf(letter))}
            row={({ subject, to, time }) => (
              <span class="grow">
                {subject || "(no subject)"}
                <span class="under">
                  {to}, {dayTime(time)}
                </span>
              </span>
            )}
          />
        </div>
        <div class="panel">
          {chosen && (
            <Section title={chosen.subject || "(no subject)"}>
              <dl>
                <dt>to</dt>
                <dd>
                  {chosen.to} ({chosen.kind})
                </dd>
                <dt>from</dt>
                <dd>{chosen.topic ? `topic ${lastPart(chosen.topic)}` : "the shop"}</dd>
                <dt>at</dt>
                <dd>{dayTime(chosen.time)}</dd>
              </dl>
              <hr />
              <div class="letter">{pretty(chosen.body)}</div>
            </Section>
          )}
        </div>
      </div>
    </>
  );
}

const keyOf = ({ id, time, to, subject }: Letter) => id ?? `${time} ${to} ${subject}`;
