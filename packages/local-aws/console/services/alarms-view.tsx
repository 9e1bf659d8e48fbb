import { useState } from "preact/hooks";
import { aws } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { dayTime, plural, timeOf } from "../parts/format.ts";
import { Empty, Heading, PickList, Problem, Section, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { type AlarmFacts, type HistoryItem, inOrder, stretchesOf } from "./alarm-history.ts";
import { readLetters } from "./letters.ts";

interface Alarms {
  MetricAlarms?: AlarmFacts[];
  CompositeAlarms?: AlarmFacts[];
  NextToken?: string;
}

const POLL_MS = 5_000;
const SHOWN_MS = 60 * 60_000;
const TONES: Record<string, string> = { OK: "good", ALARM: "bad", INSUFFICIENT_DATA: "" };

/** The alarms of the stack: their state over time, why, and the mail that they caused. */
export function AlarmsView({ item }: ViewProps) {
  const [text, setText] = useState("");
  const { value: alarms, error } = usePolled("alarms", readAlarms, POLL_MS);
  const { map } = useFacts();
  const owners = map.nodes.flatMap(({ kind, group }) => (kind === "alarms" ? [group] : []));
  const inAlarm = alarms?.filter(({ StateValue }) => StateValue === "ALARM").length ?? 0;
  const shown = inOrder(alarms ?? []).filter(({ AlarmName }) => AlarmName.includes(text));
  const chosen = alarms?.find(({ AlarmName }) => AlarmName === item);
  return (
    <>
      <Heading
        title="Alarms"
        note={alarms && `${plural(alarms.length, "alarm")}, ${inAlarm} in alarm`}
      >
        <input
          type="search"
          aria-label="Part of a name"
          placeholder="part of a name"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </Heading>
      <Problem text={error} />
      <div class="two">
        <div class="panel">
          <PickList
            label="Alarms"
            items={shown}
            keyOf={({ AlarmName }) => AlarmName}
            selected={item}
            href={({ AlarmName }) => routeTo("alarms", AlarmName)}
            row={({ AlarmName, StateValue }) => (
              <>
                <span class="grow" title={AlarmName}>
                  {shortName(AlarmName, owners)}
                </span>
                <Status tone={TONES[StateValue] ?? ""}>
                  {StateValue === "INSUFFICIENT_DATA" ? "no data" : StateValue}
                </Status>
              </>
            )}
          />
        </div>
        <div class="panel">
          {chosen ? <AlarmDetail key={item} alarm={chosen} /> : <Empty>Pick an alarm.</Empty>}
        </div>
      </div>
    </>
  );
}

/** An alarm's name without its component and the suffix that Pulumi adds. */
function shortName(name: string, owners: readonly string[]): string {
  const owner = owners.find((one) => name.startsWith(`${one}-`));
  return name.slice(owner ? owner.length + 1 : 0).replace(/-[0-9a-f]{7}$/, "");
}

async function readAlarms(): Promise<AlarmFacts[]> {
  const alarms: AlarmFacts[] = [];
  let NextToken: string | undefined;
  do {
    const page: Alarms = await aws("cloudwatch", "DescribeAlarms", {
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      MaxRecords: 100,
      ...(NextToken && { NextToken }),
    });
    alarms.push(...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? []));
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return alarms;
}

function AlarmDetail({ alarm }: { alarm: AlarmFacts }) {
  const { AlarmName, AlarmDescription, StateValue, StateReason, StateUpdatedTimestamp } = alarm;
  const { live } = useFacts();
  const { value } = usePolled(
    `alarm ${AlarmName} ${StateValue}`,
    async () => {
      const { AlarmHistoryItems = [] } = await aws<{ AlarmHistoryItems?: HistoryItem[] }>(
        "cloudwatch",
        "DescribeAlarmHistory",
        { AlarmName, MaxRecords: 100 },
      );
      const letters = (await readLetters(live)).filter(
        ({ subject, body }) => subject.includes(AlarmName) || body.includes(AlarmName),
      );
      return { items: AlarmHistoryItems, letters };
    },
    POLL_MS,
  );
  const to = Date.now();
  const from = to - SHOWN_MS;
  const stretches = stretchesOf(value?.items ?? [], StateValue, { from, to });
  const part = (time: number) => ((time - from) / SHOWN_MS) * 600;
  return (
    <>
      <Section title={AlarmName}>
        <p>{AlarmDescription}</p>
        <dl>
          <dt>state</dt>
          <dd>
            <Status tone={TONES[StateValue] ?? ""}>{StateValue}</Status>{" "}
            {StateUpdatedTimestamp !== undefined &&
              `since ${dayTime(timeOf(StateUpdatedTimestamp))}`}
          </dd>
          <dt>why</dt>
          <dd>{StateReason}</dd>
          {alarm.MetricName && (
            <>
              <dt>watches</dt>
              <dd>
                {alarm.MetricName} {alarm.ComparisonOperator} {alarm.Threshold}
              </dd>
            </>
          )}
          {alarm.AlarmRule && (
            <>
              <dt>rule</dt>
              <dd>
                <code>{alarm.AlarmRule}</code>
              </dd>
            </>
          )}
        </dl>
      </Section>
      <Section title="The last hour">
        <svg
          class="timeline"
          viewBox="0 0 600 22"
          preserveAspectRatio="none"
          role="img"
          aria-label={stretches.map((one) => `${one.state} until ${dayTime(one.to)}`).join(", ")}
        >
          {stretches.map((one) => (
            <rect
              key={one.from}
              class={one.state}
              x={part(one.from)}
              width={Math.max(1, part(one.to) - part(one.from))}
              height="22"
            />
          ))}
        </svg>
        <ul>
          {value?.items.map(({ Timestamp, HistorySummary }) => (
            <li key={`${Timestamp} ${HistorySummary}`}>
              <span class="dim">{dayTime(timeOf(Timestamp))}</span> {HistorySummary}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Its mail">
        {value && value.letters.length === 0 && <p class="dim">No mail about it yet.</p>}
        <ul>
          {value?.letters.map(({ to: address, subject, time }) => (
            <li key={`${time} ${address}`}>
              <span class="dim">{dayTime(time)}</span> {subject}{" "}
              <span class="dim">to {address}</span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
